"""What became of each deal that was to bring something by now, and of each that did, as rows."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Integer,
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
    union_all,
)
from sqlalchemy import Uuid as UuidType

from services.forecast.deal_ledger.queries import deals, was_expected
from services.forecast.gap.domain import Fate, Method, Span
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope


@dataclass(frozen=True, slots=True)
class Asked:
    """Which deals are looked at, of which span, as of and as known when (None: now), by which method.

    `earlier`: the periods whose new business is what may be expected of this one."""

    span: Span
    as_of: datetime | None
    known_at: datetime | None
    chosen: Filter
    identity: Identity
    currency: str
    time_zone: str
    method: Method
    earlier: tuple[Period, ...] = ()


def lines(asked: Asked) -> CompoundSelect[Any]:
    """A row per deal that was to bring something by now or did: `fate`; `planned`, `amount`, `won` in cents;
    `due_on`, the day by which it was to bring it; `won_on`; `stage_id` and `stage` of the start (by method
    `target` of now); `stage_now_id`; `owner_id`, `source`, `product_id` and the rest as of the question.

    A deal counts, plan and all, for whoever owns it as of the question.
    """
    made = _by_plan(asked) if asked.method == "weighted" else _by_target(asked)
    return union_all(*made)


def _by_plan(asked: Asked) -> list[Select[Any]]:
    """What was planned at the start against what came of it; what came beside it; what may be expected of
    business that was not there yet."""
    now, then = deals(asked.as_of, asked.known_at), _planned(asked)
    stood = known_at_start(asked)
    period, here = asked.span.period, where_chosen(now, asked)
    won_now = _won_in(now, period)
    fate = case(
        (won_now, "won"),
        (now.c.status == "won", "won_before"),
        (now.c.status == "lost", "lost"),
        (now.c.forecast_category == "omitted", "dropped"),
        (_later(now, asked), "pushed_out"),
        else_="overdue",
    )
    planned = (
        _line(
            now, fate, planned=then.c.planned, amount=then.c.amount, due_on=then.c.expected_close, asked=asked
        )
        .add_columns(then.c.stage_id, then.c.stage)
        .select_from(now.join(then, then.c.deal_id == now.c.deal_id))
        .where(here)
    )
    beside = (
        _line(now, case((stood.c.deal_id.is_not(None), "won_unplanned"), else_="won_new"), asked=asked)
        .add_columns(stood.c.stage_id, stood.c.stage)
        .select_from(
            now.outerjoin(then, then.c.deal_id == now.c.deal_id).outerjoin(
                stood, stood.c.deal_id == now.c.deal_id
            )
        )
        .where(here, won_now, then.c.deal_id.is_(None))
    )
    return [planned, beside, *_new_business(asked)]


def _by_target(asked: Asked) -> list[Select[Any]]:
    """What was won, and in full what was lost, pushed out, or is overdue of what was to close by now."""
    now, span = deals(asked.as_of, asked.known_at), asked.span
    here, period = where_chosen(now, asked), span.period
    worth = _cents(_base(now, asked))
    counted = and_(now.c.status == "open", now.c.forecast_category != "omitted")
    lost = and_(now.c.status == "lost", now.c.closed_at >= period.starts_at, now.c.closed_at < period.ends_at)
    made: list[tuple[Fate, ColumnElement[bool], ColumnElement[Any] | None]] = [
        ("won_new", _won_in(now, period), None),
        ("lost", lost, worth),
    ]
    if span.through is not None:
        due = now.c.expected_close.between(period.starts_on, span.through)
        was_due = was_expected(
            now.c.deal_id, since=period.starts_at, first=period.starts_on, last=span.through
        )
        pushed = and_(now.c.close_pushes > 0, _later(now, asked), was_due)
        made += [
            ("overdue", and_(counted, due), worth),
            ("pushed_out", and_(counted, pushed), worth),
        ]
    return [
        _line(now, fate, planned=planned, amount=planned, asked=asked)
        .add_columns(now.c.stage_id, now.c.stage)
        .where(here, which)
        for fate, which, planned in made
    ]


def _new_business(asked: Asked) -> list[Select[Any]]:
    """Each deal that was created and won in one of the earlier periods, with its share, on the day of this
    period that is as far into it."""
    span = asked.span
    if span.through is None:
        return []
    days = (span.period.ends_on - span.period.starts_on).days + 1
    found = []
    for period in asked.earlier:
        was = deals(asked.as_of, asked.known_at)
        length = (period.ends_on - period.starts_on).days + 1
        passed = cast(_local_day(was.c.closed_at, asked) - literal(period.starts_on, Date), Integer)
        day = literal(span.period.starts_on, Date) + passed * days // length
        share = _cents(_base(was, asked) / len(asked.earlier))
        created_then = was.c.created_at >= period.starts_at
        found.append(
            _line(was, "new_business", planned=share, amount=share, due_on=day, asked=asked)
            .add_columns(cast(null(), UuidType), cast(null(), Text))
            .where(where_chosen(was, asked), _won_in(was, period), created_then, day <= span.through)
        )
    return found


def _planned(asked: Asked) -> Subquery:
    """The open deals expected to close by now, as they stood and were known when the period began."""
    stood = known_at_start(asked)
    worth = _base(stood, asked)
    first, through = asked.span.period.starts_on, asked.span.through
    return (
        select(
            *(stood.c.deal_id, stood.c.stage_id, stood.c.stage, stood.c.expected_close),
            _cents(worth * stood.c.probability).label("planned"),
            _cents(worth).label("amount"),
        )
        .where(
            stood.c.status == "open",
            stood.c.forecast_category != "omitted",
            stood.c.probability.is_not(None),
            worth.is_not(None),
            stood.c.expected_close.between(first, through) if through is not None else ~true(),
        )
        .subquery("planned")
    )


def known_at_start(asked: Asked) -> Subquery:
    """How all deals stood when the period began, as far as it was known then."""
    starts_at = asked.span.period.starts_at
    stood = deals(starts_at, starts_at)
    return select(*stood.c).subquery("stood")


def _line(
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
    is_won = _won_in(deal, asked.span.period)
    return select(
        *(deal.c.deal_id, cast(told, Text).label("fate")),
        (nothing if planned is None else func.coalesce(planned, nothing)).label("planned"),
        (nothing if amount is None else func.coalesce(amount, nothing)).label("amount"),
        case((is_won, func.coalesce(_cents(_base(deal, asked)), nothing)), else_=nothing).label("won"),
        (cast(null(), Date) if due_on is None else due_on).label("due_on"),
        case((is_won, _local_day(deal.c.closed_at, asked))).label("won_on"),
        *(deal.c.status, deal.c.owner_id, deal.c.source, deal.c.product_id, deal.c.expected_close),
        *(deal.c.closed_at, deal.c.stage_id.label("stage_now_id"), deal.c.stage.label("stage_now")),
    )


def where_chosen(deal: Subquery, asked: Asked) -> ColumnElement[bool]:
    chosen, owner = asked.chosen, deal.c.owner_id
    conditions = [owner_scope(ORGANISATION, asked.identity, owner)]
    if chosen.owner_id is not None:
        conditions.append(owner == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(deal.c.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, owner, chosen.team_id))
    return and_(*conditions)


def _won_in(deal: Subquery, period: Period) -> ColumnElement[bool]:
    closed = deal.c.closed_at
    return and_(deal.c.status == "won", closed >= period.starts_at, closed < period.ends_at)


def _later(deal: Subquery, asked: Asked) -> ColumnElement[bool]:
    """Expected after the days that are over, or at no day any more."""
    last = asked.span.through or asked.span.period.starts_on
    return or_(deal.c.expected_close > last, deal.c.expected_close.is_(None))


def _base(deal: Subquery, asked: Asked) -> ColumnElement[Any]:
    return case((deal.c.base_currency == asked.currency, deal.c.base_amount))


def _cents(amount: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.round(amount, 2, type_=amount.type)


def _local_day(instant: ColumnElement[Any], asked: Asked) -> ColumnElement[date]:
    return cast(func.timezone(asked.time_zone, instant), Date)
