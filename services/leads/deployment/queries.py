"""Customers of a territory, and what sellers and territories have to do."""

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, RowMapping, Uuid, and_, any_, func, literal, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.queries import ACCOUNTS
from services.leads.account.scope import visible
from services.leads.activity.queries import last_visit_of, visits_within
from services.leads.deal_link.queries import open_deals, value_of_account
from services.leads.lead.queries import LEADS
from services.leads.seller import queries as seller
from services.leads.tables import ORGANISATION
from services.leads.territory.domain import Territory
from shared.contracts.identity import Identity
from shared.contracts.periods import Period

MOST_ON_MAP = 1000
_account, _lead, _member = ACCOUNTS.table.c, LEADS.table.c, ORGANISATION.member.c


async def customers(
    connection: AsyncConnection, identity: Identity, territory: Territory, *, currency: str
) -> Sequence[RowMapping]:
    """Accounts with a place, those of most value first, one more than are shown. By index."""
    deals, visit = value_of_account(ACCOUNTS.table, currency), last_visit_of(ACCOUNTS.table)
    rows = await connection.execute(
        select(
            *(_account[name] for name in ("id", "name", "owner_id", "latitude", "longitude")),
            deals.c.won,
            deals.c.open,
            visit.c.at.label("last_visit_at"),
        )
        .select_from(ACCOUNTS.table.join(deals, true()).join(visit, true()))
        .where(_customer_of(identity, territory), _account.latitude.is_not(None))
        .order_by((deals.c.won + deals.c.open).desc(), _account.id)
        .limit(MOST_ON_MAP + 1)
    )
    return rows.mappings().all()


async def count_customers(
    connection: AsyncConnection, identity: Identity, territory: Territory
) -> tuple[int, int]:
    """How many accounts of the territory have a place, and how many have none."""
    placed = func.count(_account.latitude)
    rows = await connection.execute(
        select(placed, func.count() - placed)
        .select_from(ACCOUNTS.table)
        .where(_customer_of(identity, territory))
    )
    with_place, without = rows.one()
    return int(with_place), int(without)


def _customer_of(identity: Identity, territory: Territory) -> ColumnElement[bool]:
    named = [UUID(each) for each in territory.criteria.get("account_ids", ())]
    became = select(_lead.account_id).where(
        _lead.territory_id == territory.territory_id, _lead.account_id.is_not(None)
    )
    here = or_(_account.id == any_(_ids(named)), _account.id.in_(became))
    return and_(visible(identity), here, _account.archived_at.is_(None), _account.merged_into.is_(None))


async def sellers_of(connection: AsyncConnection, identity: Identity) -> list[UUID]:
    """The active reps within the caller's scope."""
    reps = (_member.role == "rep", _member.active, seller.visible(identity))
    return list(await connection.scalars(select(_member.id).where(*reps).order_by(_member.id)))


Counted = dict[UUID, Any]


async def accounts_by_owner(connection: AsyncConnection, members: Collection[UUID]) -> Counted:
    """How many accounts each has; by index."""
    here = (_account.archived_at.is_(None), _account.merged_into.is_(None))
    return await _by(
        connection,
        select(_account.owner_id, func.count())
        .where(_account.owner_id == any_(_ids(members)), *here)
        .group_by(_account.owner_id),
    )


async def visits_by_owner(connection: AsyncConnection, members: Collection[UUID], period: Period) -> Counted:
    """How many visits each made in the period; by the time of visits."""
    visit = visits_within(period)
    return await _by(
        connection,
        select(visit.c.owner_id, func.count())
        .where(visit.c.owner_id == any_(_ids(members)))
        .group_by(visit.c.owner_id),
    )


async def value_by_owner(connection: AsyncConnection, members: Collection[UUID], *, currency: str) -> Counted:
    """What the open deals of each are worth; by index."""
    deal = open_deals(currency)
    return await _by(
        connection,
        select(deal.c.owner_id, func.coalesce(func.sum(deal.c.amount), Decimal(0)))
        .where(deal.c.owner_id == any_(_ids(members)))
        .group_by(deal.c.owner_id),
    )


async def leads_by_territory(
    connection: AsyncConnection, territories: Collection[UUID]
) -> dict[UUID, tuple[int, int]]:
    """Open leads, and accounts that leads became, of each; by index."""
    is_open = and_(_lead.status.in_(("new", "contacted", "qualified")), _lead.archived_at.is_(None))
    rows = await connection.execute(
        select(_lead.territory_id, func.count().filter(is_open), func.count(_lead.account_id.distinct()))
        .where(_lead.territory_id == any_(_ids(territories)))
        .group_by(_lead.territory_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}


async def visits_by_territory(
    connection: AsyncConnection, territories: Collection[UUID], period: Period
) -> Counted:
    """Visits of the period at leads of each."""
    visit = visits_within(period)
    return await _by(
        connection,
        select(_lead.territory_id, func.count())
        .select_from(visit.join(LEADS.table, _lead.id == visit.c.lead_id))
        .where(_lead.territory_id == any_(_ids(territories)))
        .group_by(_lead.territory_id),
    )


async def value_by_territory(
    connection: AsyncConnection, territories: Collection[UUID], *, currency: str
) -> Counted:
    """What the open deals of leads of each are worth."""
    deal = open_deals(currency)
    return await _by(
        connection,
        select(_lead.territory_id, func.coalesce(func.sum(deal.c.amount), Decimal(0)))
        .select_from(deal.join(LEADS.table, _lead.id == deal.c.lead_id))
        .where(_lead.territory_id == any_(_ids(territories)))
        .group_by(_lead.territory_id),
    )


async def _by(connection: AsyncConnection, query: Any) -> Counted:
    return {row[0]: row[1] for row in await connection.execute(query)}


def _ids(ids: Collection[UUID]) -> ColumnElement[Any]:
    return literal(sorted(ids), ARRAY(Uuid))
