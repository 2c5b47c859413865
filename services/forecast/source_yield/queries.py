"""Leads counted by source and by the months of their life, in one statement."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, case, cast, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.deal_sample.schemas import Cut
from services.forecast.lead_ledger.queries import leads
from services.forecast.source_yield.domain import LONGEST, Cohort
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope


async def cohorts_of(
    connection: AsyncConnection,
    caller: Identity,
    cut: Cut,
    *,
    calendar: Calendar,
    currency: str,
    as_of: datetime,
    past: bool,
) -> list[Cohort]:
    """The leads of the last four years that the caller may see, so that past spans can be tried as well."""
    lead = leads()
    won = _won(as_of if past else None, currency)

    def month(instant: ColumnElement[Any]) -> ColumnElement[int]:
        return month_number(instant, calendar.time_zone)

    left = _left(lead, as_of)
    query = (
        select(
            lead.c.source,
            month(lead.c.created_at).label("born"),
            month(func.least(left, won.c.at)).label("left"),
            month(won.c.at).label("won"),
            func.count(),
            func.count(won.c.amount),
            func.coalesce(func.sum(won.c.amount), 0),
        )
        .select_from(lead.outerjoin(won, won.c.lead_id == lead.c.lead_id))
        .where(*received(lead, caller, cut, calendar, as_of))
        .group_by(lead.c.source, "born", "left", "won")
    )
    return [Cohort(*row) for row in await connection.execute(query)]


def month_number(instant: ColumnElement[Any], time_zone: str) -> ColumnElement[int]:
    """`12 * year + month - 1` of the local date."""
    local = func.timezone(time_zone, instant)
    return cast(func.extract("year", local) * 12 + func.extract("month", local) - 1, Integer)


def open_then(lead: Subquery, as_of: datetime, *, past: bool) -> ColumnElement[bool]:
    """Neither converted, disqualified nor won by then."""
    won = deals(as_of if past else None).c
    has_won = exists().where(won.lead_id == lead.c.lead_id, won.status == "won")
    return and_(_left(lead, as_of).is_(None), ~has_won)


def received(
    lead: Subquery, caller: Identity, cut: Cut, calendar: Calendar, as_of: datetime
) -> Sequence[ColumnElement[bool]]:
    """Received in the last four years and not put away by then, among those the caller may see."""
    today = calendar.local_date(as_of)
    since = calendar.start_of(today.replace(year=today.year - 2 * LONGEST // 12, day=1))
    conditions = [
        lead.c.created_at >= since,
        lead.c.created_at <= as_of,
        or_(lead.c.archived_at.is_(None), lead.c.archived_at > as_of),
        owner_scope(ORGANISATION, caller, lead.c.owner_id),
    ]
    if cut.owner_id is not None:
        conditions.append(lead.c.owner_id == cut.owner_id)
    if cut.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, lead.c.owner_id, cut.team_id))
    return conditions


def _left(lead: Subquery, as_of: datetime) -> ColumnElement[Any]:
    return func.least(*(_by_then(lead.c[name], as_of) for name in ("converted_at", "disqualified_at")))


def _by_then(instant: ColumnElement[Any], as_of: datetime) -> ColumnElement[Any]:
    return case((instant <= as_of, instant))


def _won(as_of: datetime | None, currency: str) -> Subquery:
    """When each lead first won, and what its won deals brought."""
    deal = deals(as_of)
    in_base = case((deal.c.base_currency == currency, deal.c.base_amount))
    return (
        select(deal.c.lead_id, func.min(deal.c.closed_at).label("at"), func.sum(in_base).label("amount"))
        .where(deal.c.status == "won", deal.c.lead_id.is_not(None))
        .group_by(deal.c.lead_id)
        .subquery("won")
    )
