"""Bodies and answers about rules that give points."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.leads.record.schemas import Strict
from services.leads.touch.domain import TouchKind
from shared.contracts.events.leads_activity import ActivityType

_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
_Points = Annotated[int, Field(strict=True, ge=-100, le=100)]
_Cap = Annotated[int, Field(strict=True, ge=1, le=100)]
_Count = Annotated[int, Field(strict=True, ge=1, le=10_000)]
_Days = Annotated[int, Field(strict=True, ge=1, le=3650)]
_HalfLife = Annotated[float, Field(gt=0, le=3650)]
_Events = Annotated[tuple[ActivityType | TouchKind, ...], Field(max_length=50)]


class RuleCreate(Strict):
    """A new rule.

    `part` fit: `condition` is an expression over the lead, such as `lead.employees > 100`. `part` engagement:
    `events` are kinds of activities and touches, of which there must be `at_least` to `at_most` in the last
    `within_days`; the points halve every `half_life_days` since the latest. `group_cap` (points) limits what
    all rules of the `group` give together.
    """

    name: _Name
    part: Literal["fit", "engagement"]
    points: _Points
    condition: _Condition | None = None
    group: _Name | None = None
    group_cap: _Cap | None = None
    events: _Events = ()
    at_least: _Count = 1
    at_most: _Count | None = None
    within_days: _Days | None = None
    half_life_days: _HalfLife | None = None
    active: bool = True


class RulePatch(Strict):
    """A merge patch. The part of a rule stays."""

    name: _Name = ""
    points: _Points = 0
    condition: _Condition | None = None
    group: _Name | None = None
    group_cap: _Cap | None = None
    events: _Events = ()
    at_least: _Count = 1
    at_most: _Count | None = None
    within_days: _Days | None = None
    half_life_days: _HalfLife | None = None
    active: bool = True


class RuleOut(BaseModel):
    """A rule."""

    id: UUID
    version: int
    name: str
    part: Literal["fit", "engagement"]
    points: int
    condition: str | None
    group: str | None
    group_cap: int | None
    events: list[str]
    at_least: int
    at_most: int | None
    within_days: int | None
    half_life_days: float | None
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class PointsGiven(BaseModel):
    """What one rule gives now, before caps. `failure`: why it could not be asked; it gives 0 then."""

    rule_id: UUID
    name: str
    group: str | None
    points: float
    events: int
    failure: str | None


class PointsOut(BaseModel):
    """One part: its points (0 to 100; null while there are no rules) and the rules that gave or failed."""

    points: int | None
    rules: list[PointsGiven]
