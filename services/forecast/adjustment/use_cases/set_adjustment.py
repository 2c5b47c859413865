"""Put an amount in place of a calculated figure. Said again for the same figure, it amends the adjustment."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment import repository
from services.forecast.adjustment.domain import (
    Adjustment,
    AdjustmentError,
    Judgement,
    Place,
    new_adjustment,
    not_negative,
    still_to_come,
)
from services.forecast.adjustment.use_cases.judge_figures import judge_figures
from services.forecast.amount_view.domain import AmountView
from services.forecast.node.domain import Hierarchy, Node, judged_from, named_node, one_named
from services.forecast.node.queries import load_hierarchy
from services.forecast.outlook.domain import Figure, Rollup
from services.forecast.tables import ORGANISATION, SOURCE
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.event import Event
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.contracts.money import Money
from shared.observability.causes import event_context
from shared.organisation.queries import load_organisation, load_rates
from shared.reporting.asked import Question, named_period
from shared.reporting.figures import cents


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a caller says."""

    period: str
    node: Node
    rollup: Rollup
    figure: Figure
    amount: Money
    note: str | None


async def set_adjustment(
    connection: AsyncConnection, wanted: Wanted, *, by: Identity, expected: int | str | None, now: datetime
) -> tuple[Adjustment, bool]:
    """The adjustment, and whether it is new. `expected`: the version the caller read, `*` for whatever it
    is, None when the caller knows of none.

    Refuses with `period_invalid`, `period_over`, `validation_failed`, `reference_unknown`, `forbidden`,
    `rate_missing`; with `precondition_required` to change one that stands unseen; `version_conflict`. The
    same amount and note again change nothing and announce nothing.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    period = still_to_come(named_period(wanted.period, calendar, now=now, pointer="/period"), now)
    named = one_named(wanted.node)
    tree = await load_hierarchy(connection, named.dimension)
    node = named_node(named, by, tree)
    place = Place(period, node, wanted.rollup, wanted.figure, judged_from(node, by, tree))
    base = organisation.base_currency
    rates = await load_rates(connection, ORGANISATION, [wanted.amount.currency], base)
    in_base = rates.to_base(not_negative(wanted.amount), calendar.local_date(now))
    held = await repository.find(connection, place, calendar)
    replaced = (await _figure(connection, place, tree, base)).replaced_by(place.side)
    judgement = Judgement(wanted.amount, in_base, cents(replaced), wanted.note, by.member_id)
    if held is None and not isinstance(expected, int):
        new, fact = new_adjustment(new_id(), place, judgement, now=now)
        if await repository.add(connection, new, envelope_of(new, fact)):
            return new, True
        held = await repository.find(connection, place, calendar)
    if held is None or (isinstance(expected, int) and expected != held.version):
        raise AdjustmentError("version_conflict", "The adjustment was changed or withdrawn meanwhile.")
    if held.says(judgement):
        return held, False
    if expected is None and not held.withdrawn:
        detail = "This figure is adjusted already: send If-Match with the ETag of that adjustment, or `*`."
        raise AdjustmentError("precondition_required", detail)
    after, fact = held.amended(judgement, now=now)
    await repository.save(connection, after, envelope_of(after, fact))
    return after, False


def envelope_of(state: Adjustment, fact: Event) -> Envelope:
    """Ready for the outbox."""
    return wrap(
        fact,
        subject=state.id,
        sequence=state.version,
        time=state.updated_at,
        context=event_context(SOURCE),
    )


async def _figure(connection: AsyncConnection, place: Place, tree: Hierarchy, currency: str) -> AmountView:
    """As it stands now."""
    judged = await judge_figures(
        connection, Question(place.period, None), place.node, tree, rollup=place.rollup, currency=currency
    )
    return judged.views[place.node][place.figure]
