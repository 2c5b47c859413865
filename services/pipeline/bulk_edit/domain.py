"""What shall become of many deals, and what became of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal
from uuid import UUID

from services.pipeline.deal.tags import MOST_TAGS
from shared.contracts.errors import DomainError, FieldError

MOST_DEALS = 1000
Result = Literal["updated", "unchanged", "rejected"]
DONE_BEFORE = {"won": "deal_already_won", "lost": "deal_already_lost"}


@dataclass(frozen=True, slots=True)
class Ending:
    """How the deals end."""

    outcome: Literal["won", "lost"]
    reason: str | None = None
    note: str | None = None
    competitor: str | None = None
    closed_at: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`fields` as of a PATCH. At most one of `stage` and `ending`; fields are then filled in on the way."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    add_tags: tuple[str, ...] = ()
    remove_tags: tuple[str, ...] = ()
    stage: str | None = None
    ending: Ending | None = None
    override_reason: str | None = None

    def with_fields(self, fields: Mapping[str, Any]) -> "Change":
        """The same with other fields."""
        return replace(self, fields=fields)

    def fields_of(self, tags: tuple[str, ...]) -> dict[str, Any]:
        """The fields for a deal that has these tags. Refuses with `validation_failed` too many of them."""
        if not self.add_tags and not self.remove_tags:
            return dict(self.fields)
        kept = [tag for tag in tags if tag not in self.remove_tags]
        wanted = tuple(dict.fromkeys((*kept, *self.add_tags)))
        if len(wanted) > MOST_TAGS:
            detail = f"A deal has at most {MOST_TAGS} tags."
            raise DomainError("validation_failed", detail, [FieldError("/add_tags", "too_long", detail)])
        return {**self.fields, **({"tags": wanted} if wanted != tags else {})}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one deal; `refused` says why nothing did."""

    deal_id: UUID
    result: Result
    version: int | None = None
    refused: DomainError | None = None
