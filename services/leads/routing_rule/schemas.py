"""Bodies and answers about routing rules."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints, TypeAdapter

from services.leads.record.schemas import Reason, Strict
from services.leads.routing_rule.domain import Hours, RoutingRule
from services.leads.seller.domain import SellerGroup, SkillKind

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Condition = Annotated[str, Field(max_length=20_000)]
Position = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
_Members = Annotated[tuple[UUID, ...], Field(min_length=1, max_length=200)]


class Exclude(Strict):
    """Nobody gets the lead, for this reason."""

    type: Literal["exclude"]
    reason: Reason


class ToMembers(Strict):
    """One of these members; they need not be reps."""

    type: Literal["members"]
    member_ids: _Members


class ToTeam(Strict):
    """A rep of the team or of a team below it."""

    type: Literal["team"]
    team_id: UUID


class ToTerritory(Strict):
    """One of those assigned to the lead's territory, or to the nearest one above it that has anybody."""

    type: Literal["territory"]


class BySkills(Strict):
    """The rep whose skills fit best. `required`: kinds of need that must be met where the lead has them;
    `min_level`: a lower level does not count."""

    type: Literal["skills"]
    required: Annotated[tuple[SkillKind | Literal["territory"], ...], Field(max_length=5)] = ()
    min_level: Annotated[int, Field(strict=True, ge=1, le=5)] = 1


class PartnerMember(Strict):
    """Who takes care of a partner."""

    partner_id: UUID
    member_id: UUID


class ToPartnerRep(Strict):
    """The member who takes care of the pushing partner."""

    type: Literal["partner_rep"]
    partners: Annotated[tuple[PartnerMember, ...], Field(min_length=1, max_length=1000)]


class ToAccountOwner(Strict):
    """The owner of the account of the lead's company: known by its name, else by the domain of the lead's
    e-mail (website of the account, else its contacts; free mail says nothing)."""

    type: Literal["account_owner"]


class ToQueue(Strict):
    """The lead waits in this queue until somebody claims it."""

    type: Literal["queue"]
    queue_id: UUID


Action = Annotated[
    Exclude | ToMembers | ToTeam | ToTerritory | BySkills | ToPartnerRep | ToAccountOwner | ToQueue,
    Field(discriminator="type"),
]
ACTION: TypeAdapter[Any] = TypeAdapter(Action)


class RuleCreate(Strict):
    """A new rule, asked after the others unless `position` says otherwise. `condition`: an expression over
    the lead, null holds for every lead. `fallthrough`: the next rule is asked when nobody is eligible, else
    the lead goes to the default queue. `group`: only sellers of this group."""

    name: Name
    action: Action
    condition: Condition | None = None
    position: Position | None = None
    active: bool = True
    fallthrough: bool = True
    working_hours: Hours = "ignored"
    respect_capacity: bool = True
    group: SellerGroup | None = None

    def values(self) -> dict[str, Any]:
        """As the record keeps it."""
        return _kept(self.model_dump(mode="json"))


class RulePatch(Strict):
    """A merge patch; `action` is replaced as a whole."""

    name: Name = ""
    action: Action = Field(default_factory=lambda: ToAccountOwner(type="account_owner"))
    condition: Condition | None = None
    position: Position = 0
    active: bool = True
    fallthrough: bool = True
    working_hours: Hours = "ignored"
    respect_capacity: bool = True
    group: SellerGroup | None = None

    def values(self) -> dict[str, Any]:
        """What was given, as the record keeps it."""
        return _kept(self.model_dump(mode="json", include=set(self.given())))


def _kept(values: dict[str, Any]) -> dict[str, Any]:
    if "group" in values:
        values["seller_group"] = values.pop("group")
    return values


class RuleOut(BaseModel):
    """A rule."""

    id: UUID
    version: int
    name: str
    position: int
    active: bool
    condition: str | None
    action: Action
    fallthrough: bool
    working_hours: Hours
    respect_capacity: bool
    group: SellerGroup | None
    created_at: datetime
    updated_at: datetime


class Order(Strict):
    """Every rule's id, in the order in which they are to be asked."""

    ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]


class Rules(BaseModel):
    """All rules in their order."""

    items: list[RuleOut]


def rule_out(rule: RoutingRule) -> dict[str, Any]:
    """The answer for one rule."""
    names = (name for name in RuleOut.model_fields if name != "group")
    return {**{name: getattr(rule, name) for name in names}, "group": rule.seller_group}
