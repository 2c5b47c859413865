"""Bodies and answers of duplicate policies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, Field, StringConstraints

from services.leads.duplicate_policy.domain import LEAD_PAIRS, Action, LeadPair
from services.leads.record.schemas import Strict

_Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Score = Annotated[int, Field(strict=True, ge=0, le=100)]


def _each_once(pairs: tuple[LeadPair, ...]) -> tuple[LeadPair, ...]:
    return tuple(dict.fromkeys(pairs))


_Pairs = Annotated[tuple[LeadPair, ...], Field(min_length=1, max_length=3), AfterValidator(_each_once)]


class PolicyCreate(Strict):
    """The policy of one source, named as leads name it in `source`, in whatever case."""

    source: _Source
    action: Action
    min_score: _Score = 90
    pairs: _Pairs = LEAD_PAIRS
    count_ended: bool = False


class PolicyPatch(Strict):
    """A merge patch. The source of a policy stays; nothing can be emptied."""

    action: Action = "flag"
    min_score: _Score = 90
    pairs: _Pairs = LEAD_PAIRS
    count_ended: bool = False


class PolicyOut(BaseModel):
    """A policy. `source` is null for the one of all sources that have none of their own. It acts on matches
    of `min_score` (0 to 100) and more, and looks at no other `pairs`. `count_ended`: leads that have
    ended, and what they became, block too."""

    id: UUID
    version: int
    source: str | None
    action: Action
    min_score: int
    pairs: list[LeadPair]
    count_ended: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
