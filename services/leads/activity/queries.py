"""The list of activities."""

from sqlalchemy import Subquery, select

from services.leads.activity.domain import TYPES
from services.leads.activity.schemas import ActivityOut
from services.leads.activity.scope import visible
from services.leads.activity.tables import SEARCHED, activity
from services.leads.record.columns import search_column
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

ACTIVITIES = Listing(
    name="activities",
    table=activity,
    default_sort="-created_at",
    fields={
        "id": Field(activity.c.id, "uuid", sortable=True),
        "type": Field(activity.c.type, "enum", values=TYPES),
        "direction": Field(activity.c.direction, "enum", values=("inbound", "outbound")),
        "outcome": Field(activity.c.outcome, "text"),
        "lead_id": Field(activity.c.lead_id, "uuid"),
        "account_id": Field(activity.c.account_id, "uuid"),
        "contact_id": Field(activity.c.contact_id, "uuid"),
        "deal_id": Field(activity.c.deal_id, "uuid"),
        "owner_id": Field(activity.c.owner_id, "uuid"),
        "started_at": Field(activity.c.started_at, "datetime"),
        "due_at": Field(activity.c.due_at, "datetime", sortable=True),
        "done_at": Field(activity.c.done_at, "datetime"),
        "source_system": Field(activity.c.source_system, "text"),
        "external_id": Field(activity.c.external_id, "text"),
        "created_at": Field(activity.c.created_at, "datetime", sortable=True),
        "updated_at": Field(activity.c.updated_at, "datetime", sortable=True),
        "archived_at": Field(activity.c.archived_at, "datetime"),
    },
    text=[search_column(activity, *SEARCHED)],
    columns=[activity.c[name] for name in ActivityOut.model_fields],
    item_fields=tuple(ActivityOut.model_fields),
)


def planned_seen_by(identity: Identity) -> Subquery:
    """Owner, due time and end of the activities with a due time that the caller may see."""
    columns = (activity.c.owner_id, activity.c.due_at, activity.c.done_at)
    return (
        select(*columns)
        .where(visible(identity), activity.c.due_at.is_not(None), activity.c.archived_at.is_(None))
        .subquery("planned")
    )
