"""The forecast of a period, whole and by group, beside what was planned."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.outlook import queries
from services.forecast.outlook.domain import (
    SERIES,
    Filter,
    GroupBy,
    Outlook,
    Rollup,
    Sums,
    aim_of_whole,
    groups_have_targets,
    outlook_of,
)
from services.forecast.outlook.use_cases.foretell_ranges import foretell_ranges
from services.forecast.outlook.use_cases.price_deals import price_of
from services.forecast.prediction.use_cases.foretell_period import Foretold
from services.forecast.product.queries import product_names
from services.forecast.rollup.domain import Price, RatesOf
from services.forecast.structure.queries import structure_of
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import Told, planned, planned_by
from services.forecast.territory.queries import territories
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation, load_rates
from shared.reporting.asked import Asked, Question, question_of
from shared.working_time.domain import WorkingTime

MOST_GROUPS = 500
Names = Mapping[queries.GroupKey, tuple[str, bool]]
"""What a group is called, and whether there are groups below it."""


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: what is grouped by: an id, a category, a family, a source, the first day of a month or week;
    None for deals that have none."""

    key: queries.GroupKey
    name: str | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Forecast:
    """`groups`: a series in order, else the largest first; `groups_left_out` counts those beyond 500."""

    question: Question
    as_of: datetime
    price: Price
    rollup: Rollup
    group_by: GroupBy | None
    whole: Outlook
    groups: tuple[Group, ...]
    groups_left_out: int
    working_days_left: int
    last_event_at: datetime | None
    foretold: Foretold | None


async def look_ahead(
    connection: AsyncConnection,
    asked: Asked,
    chosen: Filter,
    *,
    by: Identity,
    rollup: Rollup,
    group_by: GroupBy | None,
    now: datetime,
    currency: str | None = None,
    rates: RatesOf = "dated",
) -> Forecast:
    """What the caller may see of it. Refuses with `period_invalid`, `invalid_parameter`, `rate_missing`."""
    organisation = await load_organisation(connection, ORGANISATION)
    question = question_of(asked, organisation.calendar, now=now)
    as_of = question.as_of or now
    price = price_of(organisation, currency, rates, as_of=as_of, now=now)
    told = await _told(connection, price, question)
    days = working_days_left(question, organisation.working, organisation.calendar.local_date(as_of))
    found = await queries.grouped_sums(
        connection, question, chosen, identity=by, price=price, group_by=group_by
    )
    sums = found.sums
    aim = aim_of_whole(chosen, by)
    base, period = organisation.base_currency, question.period
    plan = None if aim is None else await planned(connection, by, period, aim, currency=base, told=told)
    plans: dict[queries.GroupKey, Decimal] = {}
    if group_by is not None and groups_have_targets(group_by, chosen, by):
        plans = dict(await planned_by(connection, by, period, f"{group_by}_id", currency=base, told=told))
    names = await _names(connection, group_by, sums.keys() | plans.keys(), found.names, question)
    held = _held_against(plans, chosen, group_by, names)
    keys = [] if group_by is None else _in_order(sums, held, chosen, group_by)

    def outlook(of: Sums, target: Decimal | None) -> Outlook:
        return outlook_of(of, rollup=rollup, target=target, working_days_left=days)

    return Forecast(
        question=question,
        as_of=as_of,
        price=price,
        rollup=rollup,
        group_by=group_by,
        whole=outlook(Sums.of_all(sums.values()), plan),
        groups=tuple(
            Group(
                key,
                names[key][0] if key in names else None,
                outlook(sums.get(key, Sums()), held.get(key)),
            )
            for key in keys[:MOST_GROUPS]
        ),
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        working_days_left=days,
        last_event_at=await last_event_at(connection),
        foretold=await foretell_ranges(
            connection,
            question,
            chosen,
            by=by,
            group_by=group_by,
            price=price,
            sums=sums,
            today=organisation.calendar.local_date(as_of).toordinal(),
        ),
    )


def working_days_left(question: Question, working: WorkingTime, today: date) -> int:
    """From today, or the first day of a period yet to come, to the last; both included, closed days not."""
    day, days = max(today, question.period.starts_on), 0
    while day <= question.period.ends_on:
        days += working.works_on(day)
        day += timedelta(days=1)
    return days


async def _told(connection: AsyncConnection, price: Price, question: Question) -> Told | None:
    """Plans at the rate of the period's first day, of today at most; or at the rate of today."""
    if price.currency == price.base:
        return None
    rates = await load_rates(connection, ORGANISATION, [price.currency], price.base)
    first = min(question.period.starts_on, price.today)
    day = first if price.rates == "dated" else price.today
    return Told(price.currency, rates.rate(price.currency, day, pointer="/query/currency"))


async def _names(
    connection: AsyncConnection,
    group_by: GroupBy | None,
    keys: Collection[queries.GroupKey],
    told: Mapping[queries.GroupKey, str],
    question: Question,
) -> Names:
    """Of each team, territory, product or stage its name, and whether there are others below it."""
    ids = [key for key in keys if isinstance(key, UUID)]
    if group_by == "team":
        return dict((await queries.team_names(connection, ids, structure_of(question))).items())
    if group_by == "product":
        return {key: (name, False) for key, name in (await product_names(connection, ids)).items()}
    if group_by == "territory":
        known = await territories(connection)
        above = {each.parent_id for each in known.values()}
        return {key: (each.name, key in above) for key, each in known.items()}
    return {key: (name, False) for key, name in told.items()}


def _held_against(
    plans: dict[queries.GroupKey, Decimal],
    chosen: Filter,
    group_by: GroupBy | None,
    names: Names,
) -> dict[queries.GroupKey, Decimal]:
    """A team's target, or a territory's, is for all below it too: a group of its own deals alone has none."""
    if group_by not in ("team", "territory"):
        return plans
    asked = chosen.team_id if group_by == "team" else chosen.territory_id

    def covers(key: queries.GroupKey) -> bool:
        rolled_up = asked is not None and key != asked
        return rolled_up or not names.get(key, ("", False))[1]

    return {key: amount for key, amount in plans.items() if covers(key)}


def _in_order(
    sums: dict[queries.GroupKey, Sums],
    held: dict[queries.GroupKey, Decimal],
    chosen: Filter,
    group_by: GroupBy,
) -> list[queries.GroupKey]:
    """Groups with deals; without a filter also those that have only a target. Nobody's deals come last.

    Deals without a date are of no month, week or category.
    """
    keys: set[Any] = set(sums)
    if group_by == "category" or group_by in SERIES:
        keys.discard(None)
    if chosen == Filter():
        keys |= held.keys()
    if group_by in SERIES:
        return sorted(keys)

    def weight(key: queries.GroupKey) -> tuple[bool, Decimal, str]:
        total = sums.get(key, Sums())
        return key is None, -total.over(total.by_bucket).amount, str(key)

    return sorted(keys, key=weight)
