"""What every row behind the gap is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    FromClause,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
)

from services.forecast.deal_ledger.queries import deals
from services.forecast.gap.domain.parts import Fate, Method
from services.forecast.gap.domain.span import Span
from services.forecast.outlook.domain import Filter
from services.forecast.prediction.use_cases.recall_plan import Plan
from services.forecast.structure.queries import structure_at
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure


@dataclass(frozen=True, slots=True)
class Only:
    """One group alone: the rows with one of these values in this column, `or_none` also those without one."""

    column: str
    values: frozenset[Any]
    or_none: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deals are looked at, of which span, as of and as known when (None: now), by which method.

    `earlier`: the periods whose new business is what may be expected of this one. `plan`: what was foretold
    when the period began. `is_known`: whether there is anything to hold what was won against. `only`: this
    group of the deals alone."""

    span: Span
    as_of: datetime | None
    known_at: datetime | None
    chosen: Filter
    identity: Identity
    currency: str
    time_zone: str
    method: Method
    earlier: tuple[Period, ...] = ()
    plan: Plan | None = None
    is_known: bool = True
    only: Only | None = None

    @property
    def structure(self) -> Structure:
        """The teams of then."""
        return structure_at(self.as_of, self.known_at)


def known_at_start(asked: Asked) -> Subquery:
    """How all deals stood when the period began, as far as it was known then."""
    starts_at = asked.span.period.starts_at
    stood = deals(starts_at, starts_at)
    return select(*stood.c).subquery("stood")


def line(
    deal: Subquery,
    fate: ColumnElement[Any] | Fate,
    *,
    asked: Asked,
    planned: ColumnElement[Any] | None = None,
    amount: ColumnElement[Any] | None = None,
    due_on: ColumnElement[Any] | None = None,
) -> Select[Any]:
    """All columns of a line but the stage of the start, which comes last."""
    nothing = cast(literal(0), deal.c.base_amount.type)
    told = literal(fate) if isinstance(fate, str) else fate
    is_won = won_in(deal, asked.span.period)
    return select(
        *(deal.c.deal_id, cast(told, Text).label("fate")),
        (nothing if planned is None else func.coalesce(planned, nothing)).label("planned"),
        (nothing if amount is None else func.coalesce(amount, nothing)).label("amount"),
        case((is_won, func.coalesce(cents(base(deal, asked)), nothing)), else_=nothing).label("won"),
        (cast(null(), Date) if due_on is None else due_on).label("due_on"),
        case((is_won, local_day(deal.c.closed_at, asked))).label("won_on"),
        *(deal.c.status, deal.c.owner_id, deal.c.source, deal.c.product_id, deal.c.expected_close),
        *(deal.c.closed_at, deal.c.stage_id.label("stage_now_id"), deal.c.stage.label("stage_now")),
    )


def where_chosen(deal: Subquery, asked: Asked) -> ColumnElement[bool]:
    chosen, owner = asked.chosen, deal.c.owner_id
    conditions = [owner_scope(asked.structure, asked.identity, owner)]
    if chosen.owner_id is not None:
        conditions.append(owner == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(deal.c.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(owned_by_team(asked.structure, owner, chosen.team_id))
    return and_(*conditions)


def where_narrowed(line: FromClause, asked: Asked) -> ColumnElement[bool]:
    """Of a stage, a source, a group, where one is asked for."""
    conditions = [
        line.c[name] == value
        for name in ("stage_id", "source")
        if (value := getattr(asked.chosen, name)) is not None
    ]
    if asked.only is not None:
        column = line.c[asked.only.column]
        here = column.in_(asked.only.values)
        conditions.append(or_(here, column.is_(None)) if asked.only.or_none else here)
    return and_(true(), *conditions)


def won_in(deal: Subquery, period: Period) -> ColumnElement[bool]:
    closed = deal.c.closed_at
    return and_(deal.c.status == "won", closed >= period.starts_at, closed < period.ends_at)


def later(deal: Subquery, asked: Asked) -> ColumnElement[bool]:
    """Expected after the days that are over, or at no day any more."""
    last = asked.span.through or asked.span.period.starts_on
    return or_(deal.c.expected_close > last, deal.c.expected_close.is_(None))


def base(deal: Subquery, asked: Asked) -> ColumnElement[Any]:
    return case((deal.c.base_currency == asked.currency, deal.c.base_amount))


def cents(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.round(amount, 2, type_=amount.type)


def local_day(instant: ColumnElement[Any], asked: Asked) -> ColumnElement[date]:
    return cast(func.timezone(asked.time_zone, instant), Date)
