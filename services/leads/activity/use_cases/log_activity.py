"""One new activity."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity, new_activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.activity.schemas import ActivityCreate
from services.leads.activity.scope import visible
from services.leads.activity.use_cases.check_links import check_links, unknown_links
from services.leads.activity.use_cases.tell_leads import tell_leads
from services.leads.activity.use_cases.watch_due import watch_due
from services.leads.member.use_cases.check_owners import check_owner, owner_of_new
from services.leads.record.use_cases.load_records import insert_one
from services.leads.record.use_cases.origin import check_birth
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def log_activity(
    connection: AsyncConnection, identity: Identity, body: ActivityCreate, *, now: datetime
) -> Activity:
    """The new activity; whoever logs it owns it unless said otherwise. Needs a transaction.

    A new lead it is linked to becomes contacted, when it was spoken with. Refuses unknown links and owners.
    """
    check_birth(body.created_at, now)
    owner = owner_of_new(identity, body.owner_id) or identity.member_id
    await check_owner(connection, identity, owner)
    values = {**body.given(), "owner_id": owner}
    check_links(values, await unknown_links(connection, identity, [values]))
    created = new_activity(new_id(), values, now=now)
    activity = await insert_one(connection, ACTIVITIES, created, body.key(), visible(identity))
    await tell_leads(connection, [activity], now=now)
    await watch_due(connection, [activity], now=now)
    return activity
