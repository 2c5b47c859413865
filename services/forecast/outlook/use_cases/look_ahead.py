"""The forecast of a period, whole and by group, beside what was planned."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.outlook import queries
from services.forecast.outlook.domain import (
    Bucket,
    Filter,
    GroupBy,
    Outlook,
    Rollup,
    Sums,
    aim_of_whole,
    groups_have_targets,
    outlook_of,
)
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION
from services.forecast.target.queries import planned, planned_by
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, Question, question_of

MOST_GROUPS = 500


@dataclass(frozen=True, slots=True)
class Group:
    """`key`: owner, team or product id, or category; None for deals that have none."""

    key: UUID | Bucket | None
    name: str | None
    outlook: Outlook


@dataclass(frozen=True, slots=True)
class Forecast:
    """`groups` come with the largest first; `groups_left_out` counts those beyond 500."""

    question: Question
    as_of: datetime
    currency: str
    rollup: Rollup
    group_by: GroupBy | None
    whole: Outlook
    groups: tuple[Group, ...]
    groups_left_out: int
    working_days_left: int
    last_event_at: datetime | None


async def look_ahead(
    connection: AsyncConnection,
    asked: Asked,
    chosen: Filter,
    *,
    by: Identity,
    rollup: Rollup,
    group_by: GroupBy | None,
    now: datetime,
) -> Forecast:
    """What the caller may see of it. Refuses with `period_invalid` and `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    question = question_of(asked, organisation.calendar, now=now)
    as_of = question.as_of or now
    days = working_days_left(question, organisation.calendar, as_of)
    sums = await queries.sums_by_group(
        connection, question, chosen, identity=by, currency=currency, group_by=group_by
    )
    aim = aim_of_whole(chosen, by)
    plan = None if aim is None else await planned(connection, by, question.period, aim, currency=currency)
    plans = await _plans(connection, question, chosen, by=by, group_by=group_by, currency=currency)
    names = await _names(connection, group_by, sums.keys() | plans.keys())
    held = _held_against(plans, chosen, group_by, names)
    keys = [] if group_by is None else _largest_first(sums, held, chosen, group_by)
    return Forecast(
        question=question,
        as_of=as_of,
        currency=currency,
        rollup=rollup,
        group_by=group_by,
        whole=outlook_of(sum(sums.values(), Sums()), rollup=rollup, target=plan, working_days_left=days),
        groups=tuple(
            Group(
                key,
                names[key][0] if key in names else None,
                outlook_of(
                    sums.get(key, Sums()), rollup=rollup, target=held.get(key), working_days_left=days
                ),
            )
            for key in keys[:MOST_GROUPS]
        ),
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        working_days_left=days,
        last_event_at=await last_event_at(connection),
    )


def working_days_left(question: Question, calendar: Calendar, as_of: datetime) -> int:
    """From the day of `as_of`, or the first day of a period yet to come, to the last; both included."""
    first = max(calendar.local_date(as_of), question.period.starts_on)
    return calendar.working_days_between(first, question.period.ends_on)


async def _plans(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    by: Identity,
    group_by: GroupBy | None,
    currency: str,
) -> dict[queries.GroupKey, Decimal]:
    if group_by is None or not groups_have_targets(group_by, chosen, by):
        return {}
    plans = await planned_by(connection, by, question.period, f"{group_by}_id", currency=currency)
    return dict(plans.items())


async def _names(
    connection: AsyncConnection, group_by: GroupBy | None, keys: Collection[queries.GroupKey]
) -> dict[queries.GroupKey, tuple[str, bool]]:
    """Of each team or product its name, and whether it is a team with teams below."""
    ids = [key for key in keys if isinstance(key, UUID)]
    if group_by == "team":
        return dict((await queries.team_names(connection, ids)).items())
    if group_by == "product":
        return {key: (name, False) for key, name in (await product_names(connection, ids)).items()}
    return {}


def _held_against(
    plans: dict[queries.GroupKey, Decimal],
    chosen: Filter,
    group_by: GroupBy | None,
    names: dict[queries.GroupKey, tuple[str, bool]],
) -> dict[queries.GroupKey, Decimal]:
    """A team's target is for its whole subtree: a group of a team's own members alone has none."""
    if group_by != "team":
        return plans

    def covers(team: queries.GroupKey) -> bool:
        rolled_up = chosen.team_id is not None and team != chosen.team_id
        return rolled_up or not names.get(team, ("", False))[1]

    return {team: amount for team, amount in plans.items() if covers(team)}


def _largest_first(
    sums: dict[queries.GroupKey, Sums],
    held: dict[queries.GroupKey, Decimal],
    chosen: Filter,
    group_by: GroupBy,
) -> list[queries.GroupKey]:
    """Groups with deals; without a filter also those that have only a target. Nobody's deals come last."""
    keys = set(sums) - ({None} if group_by == "category" else set())
    if chosen == Filter():
        keys |= held.keys()

    def weight(key: queries.GroupKey) -> tuple[bool, Decimal, str]:
        total = sums.get(key, Sums())
        return key is None, -total.over(total.by_bucket).amount, str(key)

    return sorted(keys, key=weight)
