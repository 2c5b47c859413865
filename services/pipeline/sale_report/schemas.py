"""Answers about kinds of sales."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.deal.domain.deal import SaleKind
from services.pipeline.deal_report.schemas import GroupBy
from shared.contracts.events.pipeline_deal import SaleApproach, SaleChannel
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class SaleKindOut(BaseModel):
    """Whether a deal is a first or a repeat sale (null without an account), and by which history: how many
    deals its account had won before, and when the first and the last of these."""

    deal_id: UUID
    sale_kind: SaleKind | None
    won_before: int
    first_won_at: datetime | None
    last_won_at: datetime | None


class SaleFigures(BaseModel):
    """Deals opened, won and lost in the period; revenue in base currency. Ratios are null without cases."""

    opened: int
    won: int
    lost: int
    win_rate: Ratio | None
    revenue: Money
    average_check: Money | None
    share_of_won: Ratio | None
    share_of_revenue: Ratio | None
    without_amount: int


class Kinds(BaseModel):
    """First and repeat sales, those without an account, and all; the parts add up to the total."""

    first: SaleFigures
    repeat: SaleFigures
    unknown: SaleFigures
    total: SaleFigures


class KindsOfGroup(Kinds):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None


class FirstVsRepeat(Kinds):
    """Sales to new customers beside sales to those who bought before."""

    period: PeriodOut
    currency: str
    group_by: GroupBy | None
    groups: list[KindsOfGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class ByApproach(SaleFigures):
    """Null: nobody said."""

    sale_approach: SaleApproach | None


class ByChannel(SaleFigures):
    """Null: nobody said."""

    sale_channel: SaleChannel | None


class ByPair(SaleFigures):
    """One of the four types of sales, or one of which only a part was said."""

    sale_approach: SaleApproach | None
    sale_channel: SaleChannel | None


class Types(BaseModel):
    """Each of the three lists adds up to the total."""

    total: SaleFigures
    by_approach: list[ByApproach]
    by_channel: list[ByChannel]
    pairs: list[ByPair]


class TypesOfGroup(Types):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None


class SaleTypes(Types):
    """Active and passive, direct and indirect sales."""

    period: PeriodOut
    currency: str
    group_by: GroupBy | None
    groups: list[TypesOfGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class RepeatFigures(BaseModel):
    """`state` is `insufficient_history` while nobody has bought; `value` is null then."""

    value: Ratio | None
    state: Literal["ok", "insufficient_history"]
    accounts: int
    repeat_accounts: int
    new_repeat_accounts: int


class RepeatOfGroup(RepeatFigures):
    """One part of the split. An account counts in each part in which it bought."""

    key: str | None


class RepeatPurchases(RepeatFigures):
    """How many of those who bought came back."""

    id: Literal["repeat-purchase-rate"] = "repeat-purchase-rate"
    period: PeriodOut
    group_by: GroupBy | None
    groups: list[RepeatOfGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
