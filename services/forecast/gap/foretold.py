"""What was foretold of each deal when the period began, against what came of it, as rows."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.gap.line import Asked, cents, known_at_start, later, line, where_chosen, won_in
from services.forecast.prediction.queries.plans import chances_of, coming_of
from services.forecast.prediction.queries.sums import at
from services.forecast.prediction.use_cases.recall_plan import Curve, Plan


def by_prediction(asked: Asked) -> list[Select[Any]]:
    """The deals the run had for open, each with what it was likely to bring by now; what came beside them;
    and new business by owner and product, of which no stage or source is known."""
    now, stood, plan = deals(asked.as_of, asked.known_at), known_at_start(asked), asked.plan
    here, is_won = where_chosen(now, asked), won_in(now, asked.span.period)
    beside = line(now, case((stood.c.deal_id.is_not(None), "won_unplanned"), else_="won_new"), asked=asked)
    beside = beside.add_columns(stood.c.stage_id, stood.c.stage).where(here, is_won)
    with_start = now.outerjoin(stood, stood.c.deal_id == now.c.deal_id)
    if plan is None:
        return [beside.select_from(with_start)]
    then = _foretold(now, plan, asked)
    planned = (
        line(
            now,
            _fate(now, stood, asked),
            planned=then.c.planned,
            amount=then.c.amount,
            due_on=stood.c.expected_close,
            asked=asked,
        )
        .add_columns(stood.c.stage_id, stood.c.stage)
        .select_from(with_start.join(then, then.c.deal_id == now.c.deal_id))
        .where(here, or_(then.c.planned != 0, is_won))
    )
    beside = beside.select_from(with_start.outerjoin(then, then.c.deal_id == now.c.deal_id))
    return [planned, beside.where(then.c.deal_id.is_(None)), _coming(now, plan, asked)]


async def foretold_by_now(connection: AsyncConnection, plan: Plan, asked: Asked) -> Curve:
    """What these deals and new business were likely to bring, on each day of the run's grid until now."""
    places = plan.places_until(_end(asked))
    made = [_chances(plan, places, asked)]
    if asked.chosen.stage_id is None and asked.chosen.source is None:
        coming = coming_of(plan.run_id)
        means = select(*(func.sum(coming.c.mean[place + 1]) for place in places))
        made.append(means.where(where_chosen(coming, asked)))
    found = [(await connection.execute(query)).one() for query in made]
    return Curve(plan, [sum(float(each or 0) for each in values) for values in zip(*found, strict=True)])


def _chances(plan: Plan, places: range, asked: Asked) -> Select[Any]:
    now, kept, chosen = deals(asked.as_of, asked.known_at), chances_of(plan.run_id), asked.chosen
    found = select(*(func.sum(kept.c.chance[place + 1] * kept.c.worth) for place in places))
    joined: FromClause = kept.join(now, now.c.deal_id == kept.c.deal_id)
    if chosen.source is not None:
        found = found.where(now.c.source == chosen.source)
    if chosen.stage_id is not None:
        stood = known_at_start(asked)
        joined = joined.join(stood, stood.c.deal_id == now.c.deal_id)
        found = found.where(stood.c.stage_id == chosen.stage_id)
    return found.select_from(joined).where(where_chosen(now, asked))


def _fate(now: Subquery, stood: Subquery, asked: Asked) -> ColumnElement[Any]:
    last = asked.span.through or asked.span.period.starts_on
    return case(
        (won_in(now, asked.span.period), "won"),
        (now.c.status == "won", "won_before"),
        (now.c.status == "lost", "lost"),
        (now.c.forecast_category == "omitted", "dropped"),
        (~later(now, asked), "overdue"),
        (stood.c.expected_close <= last, "pushed_out"),
        else_="still_open",
    )


def _foretold(now: Subquery, plan: Plan, asked: Asked) -> Subquery:
    """By deal, in cents: what it was likely to bring by now, and what a win of it."""
    kept, money = chances_of(plan.run_id), now.c.base_amount.type
    chance = _gained(kept.c.chance, plan, asked)
    return select(
        kept.c.deal_id,
        cents(cast(chance * kept.c.worth * literal(plan.scale), money)).label("planned"),
        cents(cast(kept.c.worth, money)).label("amount"),
    ).subquery("foretold")


def _coming(now: Subquery, plan: Plan, asked: Asked) -> Select[Any]:
    kept, money = coming_of(plan.run_id), now.c.base_amount.type
    planned = cents(cast(_gained(kept.c.mean, plan, asked) * literal(plan.scale), money))
    made = line(now, "new_business", planned=planned, amount=planned, asked=asked)
    known: dict[str, ColumnElement[Any]] = {
        **{name: made.selected_columns[name] for name in ("fate", "planned", "amount")},
        "won": cast(literal(0), money),
        "owner_id": kept.c.owner_id,
        "product_id": kept.c.product_id,
    }
    columns = [
        known[name] if name in known else cast(null(), each.type)
        for name, each in made.selected_columns.items()
    ]
    return select(*columns, cast(null(), now.c.stage_id.type), cast(null(), now.c.stage.type)).where(
        where_chosen(kept, asked)
    )


def _gained(curve: ColumnElement[Any], plan: Plan, asked: Asked) -> ColumnElement[Any]:
    return at(curve, plan.place(_end(asked))) - at(curve, plan.place(plan.start))


def _end(asked: Asked) -> int:
    """The day after the last that is over; on the period's first day that day itself."""
    through = asked.span.through
    return asked.span.period.starts_on.toordinal() if through is None else through.toordinal() + 1
