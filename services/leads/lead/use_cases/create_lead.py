"""One new lead, written by one statement."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.use_cases.check_categories import check_category
from services.leads.channel_catalogue.use_cases.name_channels import with_channel
from services.leads.consent.domain import after_hearsay
from services.leads.consent.schemas import entries
from services.leads.consent.use_cases.record_consent import hearsay_beside
from services.leads.lead import repository
from services.leads.lead.domain import Lead, first_touch, new_lead
from services.leads.lead.entry_form import complete_enough, refuse_incomplete
from services.leads.lead.open_source import open_source
from services.leads.lead.schemas import LeadCreate, lacking_fields
from services.leads.lead.scope import visible
from services.leads.lead.use_cases.score_leads import scorer
from services.leads.lead.use_cases.screen_leads import Screening
from services.leads.member.use_cases.check_owners import check_owner, owner_of_new
from services.leads.record.domain import Draft
from services.leads.record.one_transaction import one_statement_or_transaction
from services.leads.record.repository import all_of
from services.leads.record.use_cases.load_records import origin_taken
from services.leads.record.use_cases.origin import check_birth
from services.leads.tables import SOURCE
from services.leads.touch.use_cases.keep_touches import touches_beside
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def create_lead(
    connection: AsyncConnection, identity: Identity, body: LeadCreate, *, now: datetime
) -> Lead:
    """The new lead; a rep's is the rep's own. Refuses a taken reference, naming the lead that has it, a lead
    that lacks what the organisation asks for, unless it is loaded from elsewhere, and with `duplicate_found`
    one that the policy of its source keeps out."""
    check_birth(body.created_at, now)
    owner = owner_of_new(identity, body.owner_id)
    if owner is not None and owner != identity.member_id:
        await check_owner(connection, identity, owner)
    await check_category(connection, body.category)
    said = entries(body.consents, identity.sub, now)
    origin = {
        "owner_id": owner,
        "source_system": body.source_system,
        "external_id": body.external_id,
        "do_not_contact": after_hearsay((), said),
    }
    created = new_lead(
        new_id(),
        with_channel(connection, _sought(identity, body)),
        now=now,
        created_at=body.created_at,
        origin=origin,
        score=scorer(connection, now),
        let_in=body.allow_duplicate,
    )
    lead = created.after
    screening = Screening(connection, identity, left_to_statement=True, off=body.allow_duplicate)
    beside = [
        *touches_beside([first_touch(lead)]),
        *hearsay_beside([(lead.id, each) for each in said]),
    ]
    drafts = [Draft(None, (created,))]
    lacking = None if body.source_system is not None else lacking_fields(lead)

    async def insert() -> bool:
        refused = await screening.refusals([lead])
        if refused:
            raise refused[lead.id]
        guards = [complete_enough(lacking)] if lacking else []
        if screening.is_left_to_statement():
            guards.append(open_source(lead.source))
        written = await repository.insert_new(
            connection, drafts, event_context(SOURCE), beside, all_of(guards)
        )
        return bool(written)

    if await insert():
        return lead
    if lacking is not None:
        await refuse_incomplete(connection, lacking)
    if not await one_statement_or_transaction(connection, insert):
        raise await origin_taken(connection, repository.LEADS, body.key(), visible(identity))
    return lead


def _sought(identity: Identity, body: LeadCreate) -> Mapping[str, Any]:
    """A lead that a rep enters is one the rep looked for, unless said otherwise or loaded."""
    by_rep = identity.scope == "own" and body.source_system is None
    return {"origin": "active", **body.values()} if by_rep else body.values()
