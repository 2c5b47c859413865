"""A batch of leads by a member: upserted by (source system, external id), each judged by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.use_cases.check_categories import unknown_categories, unknown_category
from services.leads.channel_catalogue.use_cases.name_channels import with_channel
from services.leads.consent.schemas import entries
from services.leads.lead.domain import Lead
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.scope import visible
from services.leads.lead.use_cases.receive_leads import LeadItem, LoadedLeads
from services.leads.lead.use_cases.screen_leads import Screening
from services.leads.member.use_cases.check_owners import Refused, named_owner, refused_owners
from services.leads.record.one_transaction import one_statement_or_transaction
from services.leads.record.use_cases.origin import check_birth
from services.leads.record.use_cases.upsert_batch import Outcome, load_bodies
from shared.contracts.identity import Identity


async def load_leads(
    connection: AsyncConnection,
    identity: Identity,
    bodies: Sequence[tuple[int, LeadCreate]],
    *,
    now: datetime,
) -> list[Outcome[Lead]]:
    """What became of each. A handful of statements for all of them."""
    refused = await refused_owners(connection, identity, [body.owner_id for _, body in bodies])
    no_categories = await unknown_categories(connection, [body.category for _, body in bodies])

    def to_item(index: int, body: LeadCreate) -> LeadItem:
        if body.category in no_categories:
            raise unknown_category()
        item = _item(index, body, identity, refused, now)
        return replace(item, values=with_channel(connection, item.values))

    async def load() -> list[Outcome[Lead]]:
        store = LoadedLeads(connection, now, Screening(connection, identity), visible(identity))
        return await load_bodies(store, bodies, to_item)

    return await one_statement_or_transaction(connection, load)


def _item(index: int, body: LeadCreate, identity: Identity, refused: Refused, now: datetime) -> LeadItem:
    check_birth(body.created_at, now)
    owner = named_owner(identity, body.owner_id, refused)
    return LeadItem(
        index=index,
        key=body.key(),
        values=body.values(),
        origin={"owner_id": owner, "source_system": body.source_system, "external_id": body.external_id},
        created_at=body.created_at,
        consents=entries(body.consents, str(identity.member_id), now),
        allow_duplicate=body.allow_duplicate,
    )
