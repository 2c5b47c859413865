"""A batch of activities, upserted by (source system, external id)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import Activity, new_activity
from services.leads.activity.repository import ACTIVITIES
from services.leads.activity.schemas import ActivityCreate
from services.leads.activity.scope import visible
from services.leads.activity.use_cases.check_links import check_links, unknown_links
from services.leads.activity.use_cases.tell_leads import tell_leads
from services.leads.activity.use_cases.watch_due import watch_due
from services.leads.member.use_cases.check_owners import named_owner, refused_owners
from services.leads.record.domain import Change
from services.leads.record.use_cases.load_records import LoadedItem, LoadedRecords, birth
from services.leads.record.use_cases.origin import check_birth
from services.leads.record.use_cases.upsert_batch import Outcome, load_bodies
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def load_activities(
    connection: AsyncConnection,
    identity: Identity,
    bodies: Sequence[tuple[int, ActivityCreate]],
    *,
    now: datetime,
) -> list[Outcome[Activity]]:
    """What became of each. Needs a transaction. A handful of statements for all of them."""
    refused = await refused_owners(connection, identity, [body.owner_id for _, body in bodies])
    links = await unknown_links(connection, identity, [body.given() for _, body in bodies])

    def to_item(index: int, body: ActivityCreate) -> LoadedItem:
        check_birth(body.created_at, now)
        owner = named_owner(identity, body.owner_id, refused) or identity.member_id
        check_links(body.given(), links)
        return LoadedItem(index, body.key(), body.own_fields(), birth(body, owner))

    made: set[UUID] = set()

    def make(item: LoadedItem) -> Change[Activity]:
        created = new_activity(new_id(), {**item.values, **item.birth}, now=now)
        made.add(created.after.id)
        return created

    before: dict[UUID, Activity] = {}

    def edit(activity: Activity, values: Mapping[str, Any]) -> Change[Activity] | None:
        if activity.id not in made:
            before.setdefault(activity.id, activity)
        return activity.edit(values, now=now)

    store = LoadedRecords(connection, ACTIVITIES, make, edit, visible(identity))
    outcomes = await load_bodies(store, bodies, to_item)
    touched = [each.record for each in outcomes if each.record is not None and each.became != "unchanged"]
    written = {activity.id: activity for activity in touched}
    known = {activity_id: before[activity_id] for activity_id in written.keys() & before.keys()}
    await tell_leads(connection, list(written.values()), now=now, before=known)
    await watch_due(connection, touched, now=now)
    return outcomes
