"""What a lead looks like, as far as the caller may see it."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.find_accounts import accounts_in_view
from services.leads.contact.use_cases.find_contacts import contacts_in_view
from services.leads.lead.use_cases.find_leads import leads_in_view
from services.leads.matching.domain import Found, Kind
from shared.contracts.identity import Identity


async def show_duplicates(
    connection: AsyncConnection, identity: Identity, found: Mapping[UUID, Sequence[Found]]
) -> dict[UUID, list[dict[str, Any]]]:
    """For each record those the caller may see, with their names, scores and reasons. At most three queries,
    however many records there are."""
    others = {each.other.record_id: each.other.kind for several in found.values() for each in several}
    names: dict[UUID, str] = {}
    for kind in sorted(set(others.values())):
        ids = [record_id for record_id, its_kind in others.items() if its_kind == kind]
        names |= await _names(connection, identity, kind, ids)
    return {
        record_id: [
            {
                "kind": each.other.kind,
                "id": each.other.record_id,
                "name": names[each.other.record_id],
                "score": each.match.score,
                "rule_id": each.match.rule_id,
                "rule": each.match.rule,
                "reasons": each.match.reasons,
            }
            for each in several
            if each.other.record_id in names
        ]
        for record_id, several in found.items()
    }


async def _names(
    connection: AsyncConnection, identity: Identity, kind: Kind, ids: Collection[UUID]
) -> dict[UUID, str]:
    if kind == "lead":
        return {each.id: each.name for each in await leads_in_view(connection, identity, ids)}
    if kind == "contact":
        return {each.id: each.name for each in await contacts_in_view(connection, identity, ids)}
    return {each.id: each.name for each in await accounts_in_view(connection, identity, ids)}
