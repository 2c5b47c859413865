"""How and when a record ended in the system it comes from, as its row says."""

from datetime import datetime
from typing import Any

from services.leads.import_job.kinds import CONVERTED, CONVERTED_AT
from services.leads.record.schemas import invalid
from shared.contracts.errors import FieldError


def ending_of(body: dict[str, Any]) -> tuple[bool, datetime | None] | None:
    """Taken out of the body; None where it says nothing. Refuses an end before the record came up."""
    converted, at = body.pop(CONVERTED, None), body.pop(CONVERTED_AT, None)
    if converted is not None and not isinstance(converted, bool):
        raise _wrong(CONVERTED, "wrong_type", "Whether it converted is true or false.")
    ended = None if at is None else _instant(at)
    if at is not None and ended is None:
        raise _wrong(CONVERTED_AT, "wrong_format", "This is no instant with its offset.")
    if ended is not None and not _is_after(ended, _instant(body.get("created_at"))):
        detail = "It ended after it came up: `created_at` is needed, and not later."
        raise _wrong(CONVERTED_AT, "out_of_range", detail)
    return None if converted is None else (converted, ended)


def _is_after(ended: datetime, created: datetime | None) -> bool:
    return created is not None and created <= ended


def _instant(text: Any) -> datetime | None:
    try:
        read = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return read if read is not None and read.tzinfo is not None else None


def _wrong(field: str, code: str, detail: str) -> Exception:
    return invalid((FieldError(f"/{field}", code, detail),))
