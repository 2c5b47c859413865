"""Which accounts an e-mail domain belongs to."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching import queries


@dataclass(frozen=True, slots=True)
class DomainOf:
    """`by_website`: it is the account's own address, not only that of contacts."""

    domain: str
    account_id: UUID
    by_website: bool


async def accounts_with_domains(connection: AsyncConnection, domains: Collection[str]) -> list[DomainOf]:
    """Accounts with such a website or such contacts; one query by index. Domains of free mail are kept for
    nobody, so they are never found."""
    rows = await queries.accounts_with_domains(connection, domains)
    return [DomainOf(*row) for row in rows]
