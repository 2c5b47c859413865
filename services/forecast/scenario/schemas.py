"""Scenarios as they come and go, and what they do to a period."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio
from shared.web.concurrency import MergePatch, absent

Category = Literal["commit", "most_likely", "best_case", "pipeline", "omitted"]
GroupBy = Literal["product", "territory", "owner"]
Share = Annotated[Ratio, Field(ge=0, le=1, max_digits=7, decimal_places=6)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class _Assumption(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Narrowed(_Assumption):
    """About all deals, or those of a product, a territory or team with all below it, a member."""

    product_id: UUID | None = None
    territory_id: UUID | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None


class LoseLargest(_Assumption):
    """The largest customers buy no more: by what was won from them in the year before the period's first day
    or today, whichever comes first, then by what they add to the forecast."""

    kind: Literal["lose_largest_customers"]
    count: int = Field(ge=1, le=100)


class LoseCustomers(_Assumption):
    """These customers buy no more."""

    kind: Literal["lose_customers"]
    account_ids: list[UUID] = Field(min_length=1, max_length=100)


class PriceFall(_Narrowed):
    """Open deals bring so much less; without narrowing also what leads bring."""

    kind: Literal["price_fall"]
    fall: Share


class DemandFall(_Assumption):
    """So many fewer leads come."""

    kind: Literal["demand_fall"]
    fall: Share


class Slip(_Narrowed):
    """Open deals close so many days later: some leave the period, some come into it."""

    kind: Literal["slip"]
    days: int = Field(ge=1, le=730)


class RepLeaves(_Assumption):
    """The open deals of a member are lost but for the share that colleagues keep."""

    kind: Literal["rep_leaves"]
    owner_id: UUID
    kept: Share = Decimal(0)


class WinRate(_Narrowed):
    """Chances times a factor, at most 1; without narrowing also those of leads."""

    kind: Literal["win_rate"]
    factor: Annotated[Ratio, Field(ge=0, le=10, max_digits=7, decimal_places=6)]


class CategoryShift(_Narrowed):
    """Open deals of one category count in another; chances stay."""

    kind: Literal["category_shift"]
    shift_from: Category
    shift_to: Category


Assumption = Annotated[
    LoseLargest | LoseCustomers | PriceFall | DemandFall | Slip | RepLeaves | WinRate | CategoryShift,
    Field(discriminator="kind"),
]
Assumptions = Annotated[list[Assumption], Field(min_length=1, max_length=20)]


class ScenarioIn(BaseModel):
    """A name and what is assumed, played through one after the other."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    note: Note | None = None
    assumptions: Assumptions


class ScenarioPatch(MergePatch):
    """What is to be changed; `assumptions` all at once."""

    name: Name = absent()
    note: Note | None = absent()
    assumptions: Assumptions = absent()


class ScenarioOut(BaseModel):
    """`owner_id`: who made it."""

    id: UUID
    name: str
    note: str | None
    assumptions: list[Assumption]
    owner_id: UUID | None
    version: int
    created_at: datetime
    updated_at: datetime


class FiguresOut(BaseModel):
    """Amounts in the organisation's currency; null without history of leads, or without a target."""

    closed: Money
    commit: Money
    most_likely: Money
    best_case: Money
    open_pipeline: Money
    leads_to_come: Money | None
    forecast: Money
    open_deals: int
    expected_gap_to_target: Money | None
    expected_attainment: Ratio | None


class EffectOut(BaseModel):
    """One assumption alone: what it adds to the forecast, or takes away."""

    assumption: Assumption
    forecast: Money
    difference: Money


class GroupOut(BaseModel):
    """Of the first three only the one grouped by is there; without leads."""

    product_id: UUID | None = None
    territory_id: UUID | None = None
    owner_id: UUID | None = None
    before: Money
    after: Money
    difference: Money


class DealHitOut(BaseModel):
    """What the deal adds to the forecast."""

    deal_id: UUID
    before: Money
    after: Money
    difference: Money


class AccountHitOut(BaseModel):
    """What the account's deals add to the forecast; `won_last_year`: what was won from it."""

    account_id: UUID
    name: str | None
    before: Money
    after: Money
    difference: Money
    won_last_year: Money


class ConcentrationOut(BaseModel):
    """Share of the largest so many accounts in closed and weighted."""

    largest: int
    before: Ratio | None
    after: Ratio | None


class ResultsOut(BaseModel):
    """The period before and after, each assumption alone, and what is hit; lists show the 100 hardest hit."""

    scenario: ScenarioOut
    period: PeriodOut
    as_of: datetime
    currency: str
    target: Money | None
    before: FiguresOut
    after: FiguresOut
    difference: Money
    effects: list[EffectOut]
    group_by: GroupBy | None
    groups: list[GroupOut]
    groups_left_out: int
    deals: list[DealHitOut]
    deals_hit: int
    accounts: list[AccountHitOut]
    accounts_hit: int
    concentration: list[ConcentrationOut]
    definitions: dict[str, DefinitionOut]
