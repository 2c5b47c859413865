"""Deals won in a period by where that was, added up by the database in one statement."""

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.queries import countries_of_accounts
from services.forecast.deal_ledger.queries import deals
from services.forecast.place.queries import placed
from services.forecast.region.domain import Place, Won
from services.forecast.structure.queries import structure_of
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.reporting.asked import Question


async def won_by_place(
    connection: AsyncConnection, question: Question, *, identity: Identity, currency: str
) -> dict[Place, Won]:
    """What was won in the period, within the caller's scope."""
    deal = deals(question.as_of, question.known_at)
    place, account = placed(deal), countries_of_accounts()
    territory = place.territory_id
    country = func.coalesce(account.c.country, place.lead.c.country)
    amount = case((deal.c.base_currency == currency, deal.c.base_amount))
    rows = await connection.execute(
        select(
            territory,
            country,
            func.count(),
            func.count().filter(amount.is_(None)),
            func.coalesce(func.sum(amount), 0),
        )
        .select_from(place.source.outerjoin(account, account.c.account_id == deal.c.account_id))
        .where(
            deal.c.status == "won",
            deal.c.closed_at >= question.period.starts_at,
            deal.c.closed_at < question.period.ends_at,
            owner_scope(structure_of(question), identity, deal.c.owner_id),
        )
        .group_by(territory, country)
    )
    return {Place(row[0], row[1]): Won(*row[2:]) for row in rows}
