"""What became of each deal that was to bring something by now, and of each that did, as rows."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    Text,
    and_,
    case,
    cast,
    literal,
    null,
    select,
    true,
    union_all,
)
from sqlalchemy import Uuid as UuidType

from services.forecast.deal_ledger.queries import deals, was_expected
from services.forecast.gap.domain.parts import Fate, Method
from services.forecast.gap.foretold import by_prediction
from services.forecast.gap.line import (
    Asked,
    base,
    cents,
    known_at_start,
    later,
    line,
    local_day,
    where_chosen,
    where_narrowed,
    won_in,
)


def lines(asked: Asked) -> Subquery:
    """A row per deal that was to bring something by now or did: `fate`; `planned`, `amount`, `won` in cents;
    `due_on`, the day by which it was to bring it; `won_on`; `stage_id` and `stage` of the start (by method
    `target` of now); `stage_now_id`; `owner_id`, `source`, `product_id` and the rest as of the question.

    A deal counts, plan and all, for whoever owns it as of the question.
    """
    made = union_all(*_MADE[asked.method](asked)).subquery("made")
    return select(*made.c).where(where_narrowed(made, asked)).subquery("line")


def _by_plan(asked: Asked) -> list[Select[Any]]:
    """What was planned at the start against what came of it; what came beside it; what may be expected of
    business that was not there yet."""
    now, then = deals(asked.as_of, asked.known_at), _planned(asked)
    stood = known_at_start(asked)
    period, here = asked.span.period, where_chosen(now, asked)
    won_now = won_in(now, period)
    fate = case(
        (won_now, "won"),
        (now.c.status == "won", "won_before"),
        (now.c.status == "lost", "lost"),
        (now.c.forecast_category == "omitted", "dropped"),
        (later(now, asked), "pushed_out"),
        else_="overdue",
    )
    planned = (
        line(
            now, fate, planned=then.c.planned, amount=then.c.amount, due_on=then.c.expected_close, asked=asked
        )
        .add_columns(then.c.stage_id, then.c.stage)
        .select_from(now.join(then, then.c.deal_id == now.c.deal_id))
        .where(here)
    )
    beside = (
        line(now, case((stood.c.deal_id.is_not(None), "won_unplanned"), else_="won_new"), asked=asked)
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
    worth = cents(base(now, asked))
    counted = and_(now.c.status == "open", now.c.forecast_category != "omitted")
    lost = and_(now.c.status == "lost", now.c.closed_at >= period.starts_at, now.c.closed_at < period.ends_at)
    made: list[tuple[Fate, ColumnElement[bool], ColumnElement[Any] | None]] = [
        ("won_new", won_in(now, period), None),
        ("lost", lost, worth),
    ]
    if span.through is not None:
        due = now.c.expected_close.between(period.starts_on, span.through)
        was_due = was_expected(
            now.c.deal_id, since=period.starts_at, first=period.starts_on, last=span.through
        )
        pushed = and_(now.c.close_pushes > 0, later(now, asked), was_due)
        made += [
            ("overdue", and_(counted, due), worth),
            ("pushed_out", and_(counted, pushed), worth),
        ]
    return [
        line(now, fate, planned=planned, amount=planned, asked=asked)
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
        passed = cast(local_day(was.c.closed_at, asked) - literal(period.starts_on, Date), Integer)
        day = literal(span.period.starts_on, Date) + passed * days // length
        share = cents(base(was, asked) / len(asked.earlier))
        created_then = was.c.created_at >= period.starts_at
        found.append(
            line(was, "new_business", planned=share, amount=share, due_on=day, asked=asked)
            .add_columns(cast(null(), UuidType), cast(null(), Text))
            .where(where_chosen(was, asked), won_in(was, period), created_then, day <= span.through)
        )
    return found


def _planned(asked: Asked) -> Subquery:
    """The open deals expected to close by now, as they stood and were known when the period began."""
    stood = known_at_start(asked)
    worth = base(stood, asked)
    first, through = asked.span.period.starts_on, asked.span.through
    return (
        select(
            *(stood.c.deal_id, stood.c.stage_id, stood.c.stage, stood.c.expected_close),
            cents(worth * stood.c.probability).label("planned"),
            cents(worth).label("amount"),
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


_MADE: Mapping[Method, Callable[[Asked], list[Select[Any]]]] = {
    "predicted": by_prediction,
    "weighted": _by_plan,
    "target": _by_target,
}
