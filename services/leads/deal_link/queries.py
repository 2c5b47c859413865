"""Reads of the deals' replica."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    RowMapping,
    Select,
    Subquery,
    Uuid,
    any_,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.tables import known_deal
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.scope import owner_scope


def was_won(lead_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether a deal of this lead was won, as a condition for other queries."""
    deal = known_deal.c
    return select(deal.id).where(deal.lead_id == lead_id, deal.status == "won").exists()


async def existing(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are deals."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    return set(await connection.scalars(select(known_deal.c.id).where(known_deal.c.id == any_(wanted))))


async def of_leads(connection: AsyncConnection, lead_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """Lead and status of every deal of these leads."""
    wanted = literal(sorted(lead_ids), ARRAY(Uuid))
    deal = known_deal.c
    rows = await connection.execute(select(deal.lead_id, deal.status).where(deal.lead_id == any_(wanted)))
    return [(row.lead_id, row.status) for row in rows]


async def count_of_leads(connection: AsyncConnection) -> tuple[int, int]:
    """How many deals came of leads, and the sum of their versions."""
    deal = known_deal.c
    rows = await connection.execute(
        select(func.count(), func.coalesce(func.sum(deal.sequence), 0)).where(deal.lead_id.is_not(None))
    )
    count, versions = rows.one()
    return count, int(versions)


async def count(connection: AsyncConnection, link: str, ids: Collection[UUID]) -> int:
    """How many deals name one of the ids."""
    named = known_deal.c[link] == any_(literal(sorted(ids), ARRAY(Uuid)))
    return int(await connection.scalar(select(func.count()).where(named)) or 0)


def won_from(lead_id: ColumnElement[Any], of: FromClause, currency: str) -> FromClause:
    """How many deals of a lead there are (`opened`), how many were `won`, and the `amount` these brought in
    this currency: one row for each row of `of`, found by index."""
    deal = known_deal.c
    in_base = case((deal.base_currency == currency, deal.base_amount))
    return (
        select(
            func.count().label("opened"),
            func.count().filter(deal.status == "won").label("won"),
            func.coalesce(func.sum(in_base).filter(deal.status == "won"), 0).label("amount"),
        )
        .where(deal.lead_id == lead_id)
        .correlate(of)
        .lateral("won")
    )


def outcomes_of(leads: Select[tuple[UUID]], currency: str) -> Subquery:
    """The same by `lead_id`, of those of these leads that have deals. One pass for all of them."""
    deal = known_deal.c
    in_base = case((deal.base_currency == currency, deal.base_amount))
    is_won = deal.status == "won"
    return (
        select(
            deal.lead_id,
            func.count().label("opened"),
            func.count().filter(is_won).label("won"),
            func.coalesce(func.sum(in_base).filter(is_won), 0).label("amount"),
        )
        .where(deal.lead_id.in_(leads))
        .group_by(deal.lead_id)
        .subquery("outcome")
    )


async def open_of(
    connection: AsyncConnection,
    identity: Identity,
    lead_ids: Collection[UUID],
    account_ids: Collection[UUID],
    most: int,
) -> Sequence[RowMapping]:
    """The open deals of these leads and accounts that the caller may see."""
    deal = known_deal.c
    wanted = or_(
        deal.lead_id == any_(literal(sorted(lead_ids), ARRAY(Uuid))),
        deal.account_id == any_(literal(sorted(account_ids), ARRAY(Uuid))),
    )
    rows = await connection.execute(
        select(*(deal.id, deal.lead_id, deal.account_id, deal.owner_id, deal.base_amount, deal.base_currency))
        .where(deal.status == "open", wanted, owner_scope(ORGANISATION, identity, deal.owner_id))
        .order_by(deal.id.desc())
        .limit(most)
    )
    return rows.mappings().all()


def won_within(period: Period, currency: str) -> Subquery:
    """`lead_id` and `amount` in this currency of the deals that came of leads and were won in the period."""
    deal = known_deal.c
    return (
        select(deal.lead_id, case((deal.base_currency == currency, deal.base_amount)).label("amount"))
        .where(
            deal.status == literal_column("'won'"),
            deal.closed_at >= period.starts_at,
            deal.closed_at < period.ends_at,
            deal.lead_id.is_not(None),
        )
        .subquery("won_deal")
    )


def open_deals(currency: str) -> Subquery:
    """`owner_id`, `lead_id` and `amount` in this currency of the open deals; by index."""
    deal = known_deal.c
    return (
        select(
            deal.owner_id,
            deal.lead_id,
            case((deal.base_currency == currency, deal.base_amount)).label("amount"),
        )
        .where(deal.status == literal_column("'open'"))
        .subquery("open_deal")
    )


def value_of_account(account: FromClause, currency: str) -> FromClause:
    """What deals of each account brought (`won`) and may bring (`open`): one row for each; by index."""
    deal = known_deal.c
    in_base = func.sum(case((deal.base_currency == currency, deal.base_amount)))
    return (
        select(
            *(
                func.coalesce(in_base.filter(deal.status == status), 0).label(status)
                for status in ("won", "open")
            )
        )
        .where(deal.account_id == account.c.id)
        .correlate(account)
        .lateral("value")
    )


def deals_seen_by(identity: Identity, *names: str) -> Subquery:
    """These columns of the deals the caller may see."""
    seen = owner_scope(ORGANISATION, identity, known_deal.c.owner_id)
    return select(*(known_deal.c[name] for name in names)).where(seen).subquery("seen_deal")
