"""Whose account a company is."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account import repository
from services.leads.person.domain import name_key


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """The oldest account of a company's name, and who owns it."""

    id: UUID
    owner_id: UUID | None


async def accounts_named(connection: AsyncConnection, companies: Collection[str]) -> dict[str, OwnedAccount]:
    """By company as it was written; one query for all. A company without an account is not in the answer."""
    keys = {company: name_key(company) for company in companies}
    found = await repository.oldest_by_name(connection, set(keys.values())) if keys else {}
    return {company: OwnedAccount(*found[key]) for company, key in keys.items() if key in found}
