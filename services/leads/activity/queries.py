"""The list of activities."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    FromClause,
    Row,
    Subquery,
    Text,
    Uuid,
    any_,
    bindparam,
    func,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.domain import TYPES
from services.leads.activity.schemas import ActivityOut
from services.leads.activity.scope import visible
from services.leads.activity.tables import SEARCHED, activity
from services.leads.record.columns import search_column
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

_COUNTED = 100

ACTIVITIES = Listing(
    name="activities",
    table=activity,
    default_sort="-created_at",
    fields={
        "id": Field(activity.c.id, "uuid", sortable=True),
        "type": Field(activity.c.type, "enum", values=TYPES),
        "direction": Field(activity.c.direction, "enum", values=("inbound", "outbound")),
        "outcome": Field(activity.c.outcome, "text"),
        "message_id": Field(activity.c.message_id, "text"),
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


# For each asking the first thing of ours that happened after it; what is only planned does not count.
_FIRST_ANSWERS = text("""
    SELECT asked.id, answer.answered_at, answer.owner_id, answer.outcome
    FROM jsonb_to_recordset(:asked)
        AS asked(id uuid, at timestamptz, lead_id uuid, contact_id uuid, activity_id uuid)
    CROSS JOIN LATERAL (
        SELECT coalesce(done_at, started_at) AS answered_at, owner_id, outcome FROM activity
        WHERE (activity.lead_id = asked.lead_id OR activity.contact_id = asked.contact_id)
            AND activity.id IS DISTINCT FROM asked.activity_id
            AND direction IS DISTINCT FROM 'inbound' AND type <> 'task' AND archived_at IS NULL
            AND coalesce(done_at, started_at) >= asked.at
        ORDER BY coalesce(done_at, started_at), id LIMIT 1
    ) answer
""").bindparams(bindparam("asked", type_=JSONB()))


async def first_answers(
    connection: AsyncConnection, asked: Sequence[Mapping[str, Any]]
) -> Sequence[Row[Any]]:
    """`id`, `answered_at`, `owner_id` and `outcome` for each asking that was answered."""
    return (await connection.execute(_FIRST_ANSWERS, {"asked": list(asked)})).all()


async def mails_named(
    connection: AsyncConnection, message_ids: Collection[str]
) -> Sequence[tuple[str, UUID | None, UUID | None]]:
    """Message id, lead and contact of the mails with these ids, the oldest first."""
    known = activity.c
    rows = await connection.execute(
        select(known.message_id, known.lead_id, known.contact_id)
        .where(
            known.message_id == any_(literal(sorted(message_ids), ARRAY(Text))),
            known.message_id.is_not(None),
            known.archived_at.is_(None),
        )
        .order_by(known.created_at, known.id)
        .limit(10 * len(message_ids))
    )
    return [(row.message_id, row.lead_id, row.contact_id) for row in rows]


async def times_of(
    connection: AsyncConnection, lead_ids: Collection[UUID], kinds: Collection[str]
) -> list[tuple[UUID, str, datetime]]:
    """Lead, type and time of what was done or begun with these leads, the newest 100 of each."""
    at = func.coalesce(activity.c.done_at, activity.c.started_at)
    place = func.row_number().over(partition_by=activity.c.lead_id, order_by=at.desc())
    found = (
        select(activity.c.lead_id, activity.c.type, at.label("at"), place.label("place"))
        .where(
            activity.c.lead_id == any_(literal(sorted(lead_ids), ARRAY(Uuid))),
            activity.c.type.in_(sorted(kinds)),
            activity.c.archived_at.is_(None),
            at.is_not(None),
        )
        .subquery()
    )
    rows = await connection.execute(
        select(found.c.lead_id, found.c.type, found.c.at).where(found.c.place <= _COUNTED)
    )
    return [(row.lead_id, row.type, row.at) for row in rows]


_happened_at = func.coalesce(activity.c.done_at, activity.c.started_at)


def visits_within(period: Period) -> Subquery:
    """`owner_id`, `lead_id` and `account_id` of the visits that happened in the period; by index."""
    return (
        select(activity.c.owner_id, activity.c.lead_id, activity.c.account_id)
        .where(
            activity.c.type == literal_column("'visit'"),
            _happened_at >= period.starts_at,
            _happened_at < period.ends_at,
            activity.c.archived_at.is_(None),
        )
        .subquery("visit")
    )


def last_visit_of(account: FromClause) -> FromClause:
    """When each account of `account` was last visited (`at`): one row for each; by index."""
    return (
        select(func.max(_happened_at).label("at"))
        .where(
            activity.c.account_id == account.c.id,
            activity.c.type == "visit",
            activity.c.archived_at.is_(None),
        )
        .correlate(account)
        .lateral("last_visit")
    )
