"""Whose account a lead belongs to."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account import repository
from services.leads.account.domain import Account
from services.leads.matching.normal_forms import domain_of_email
from services.leads.matching.use_cases.find_accounts import accounts_with_domains
from services.leads.person.domain import name_key


@dataclass(frozen=True, slots=True)
class Employer:
    """What a lead says of where its person works."""

    company: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class OwnedAccount:
    """The account a lead belongs to, who owns it, and what it was known by."""

    id: UUID
    owner_id: UUID | None
    known_by: str


async def accounts_of(
    connection: AsyncConnection, employers: Mapping[UUID, Employer]
) -> dict[UUID, OwnedAccount]:
    """By lead: the oldest account of its company's name, else the one its e-mail domain belongs to. The same
    few queries, however many are asked about. A lead without an account is not in the answer."""
    names = {lead_id: name_key(each.company) for lead_id, each in employers.items() if each.company}
    by_name = await repository.oldest_by_name(connection, set(names.values())) if names else {}
    found = {
        lead_id: _owned(by_name[name], "the company's name")
        for lead_id, name in names.items()
        if name in by_name
    }
    domains = {
        lead_id: domain
        for lead_id, each in employers.items()
        if lead_id not in found and (domain := domain_of_email(each.email)) is not None
    }
    by_domain = await _by_domain(connection, set(domains.values())) if domains else {}
    return found | {
        lead_id: _owned(by_domain[domain], f"the e-mail domain {domain}")
        for lead_id, domain in domains.items()
        if domain in by_domain
    }


async def _by_domain(connection: AsyncConnection, domains: Collection[str]) -> dict[str, Account]:
    """The oldest account that has it as website; where there is none, the oldest with a contact there."""
    known = await accounts_with_domains(connection, domains)
    accounts = await repository.in_use(connection, {each.account_id for each in known})
    there = [each for each in known if each.account_id in accounts]
    there.sort(key=lambda each: (not each.by_website, accounts[each.account_id].created_at, each.account_id))
    return {each.domain: accounts[each.account_id] for each in reversed(there)}


def _owned(account: Account, known_by: str) -> OwnedAccount:
    return OwnedAccount(account.id, account.owner_id, known_by)
