"""What can be rebuilt: the tables that are made of the events of one topic alone, and by which handlers."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast import schema
from services.forecast.account.consumer import HANDLERS as ACCOUNTS
from services.forecast.accuracy.use_cases.keep_figures import forget_figures
from services.forecast.activity_ledger.consumer import HANDLERS as ACTIVITIES
from services.forecast.deal_ledger.consumer import HANDLERS as DEALS
from services.forecast.lead_ledger.consumer import HANDLERS as LEADS
from services.forecast.product.consumer import HANDLERS as PRODUCTS
from services.forecast.rollup.use_cases.remake_cells import remake_cells
from services.forecast.structure.consumer import MEMBERS, TEAMS
from services.forecast.territory.consumer import HANDLERS as TERRITORIES
from shared.messaging.handlers import Handlers

Followed = Callable[[AsyncConnection], Awaitable[None]]


async def nothing(_: AsyncConnection) -> None:
    """Nothing else is made of it."""


async def count_anew(connection: AsyncConnection) -> None:
    """Deals are counted anew: until that is done figures come from the ledger itself."""
    await remake_cells(connection, now=datetime.now(UTC))
    await forget_figures(connection)


@dataclass(frozen=True, slots=True)
class Ledger:
    """`tables` are what `handlers` write, in the order in which they lock them; the first column of each key
    is what a row is about. `follow` brings to them what else is made of them, in the transaction of the swap.
    """

    topic: str
    tables: tuple[Table, ...]
    handlers: Handlers
    follow: Followed = nothing


LEDGERS: Mapping[str, Ledger] = {
    "deals": Ledger(
        "pipeline.deal", (schema.deal_ledger.deal_now, schema.deal_ledger.deal_fact), DEALS, count_anew
    ),
    "products": Ledger("pipeline.product", (schema.product.known_product,), PRODUCTS),
    "leads": Ledger("leads.lead", (schema.lead_ledger.lead_now,), LEADS, count_anew),
    "accounts": Ledger("leads.account", (schema.account.known_account,), ACCOUNTS),
    "territories": Ledger("leads.territory", (schema.territory.known_territory,), TERRITORIES, count_anew),
    "members": Ledger("gateway.member", (schema.structure.member_fact,), MEMBERS),
    "teams": Ledger("gateway.team", (schema.structure.team_fact,), TEAMS),
    "activities": Ledger("leads.activity", (schema.activity_ledger.activity_now,), ACTIVITIES),
}
