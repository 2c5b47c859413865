"""The tags that name needs, and whether there may be others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.need import repository
from services.leads.need.domain import NeedTag
from services.leads.need.repository import TAGS
from services.leads.record.use_cases.keep_settings import Settings
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id

ALL_TAGS = Settings(TAGS, "need_tag")


async def add_tag(connection: AsyncConnection, values: dict[str, Any], *, now: datetime) -> NeedTag:
    """The new tag. Refuses a key that is taken."""
    return await ALL_TAGS.add(
        connection, NeedTag(id=new_id(), created_at=now, updated_at=now, **values), now=now
    )


async def check_tags(connection: AsyncConnection, tags: Sequence[str]) -> None:
    """Refuses with `need_tag_unknown` what is not in the catalogue, where the organisation wants that."""
    _, only_known = await repository.ONLY_KNOWN_TAGS.read(connection) if tags else (0, False)
    known = await repository.active_tags(connection) if only_known else set(tags)
    unknown = [number for number, tag in enumerate(tags) if tag not in known]
    if unknown:
        detail = "There is no active need tag of this key; see GET /v1/need-tags."
        errors = [FieldError(f"/tags/{number}", "need_tag_unknown", detail) for number in unknown]
        raise DomainError("need_tag_unknown", detail, errors)
