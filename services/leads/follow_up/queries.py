"""Reads of follow-ups: the rules, and what was done in time."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Text, cast, func, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.queries import planned_seen_by
from services.leads.follow_up.schemas import GroupBy, RuleOut
from services.leads.follow_up.tables import reminder_rule
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

WHOLE = "*"
_rule = reminder_rule.c

RULES = Listing(
    name="reminder-rules",
    table=reminder_rule,
    default_sort="created_at",
    fields={
        "id": Field(_rule.id, "uuid", sortable=True),
        "name": Field(_rule.name, "text", sortable=True),
        "type": Field(_rule.type, "text"),
        "active": Field(_rule.active, "bool"),
        "archived_at": Field(_rule.archived_at, "datetime"),
        "created_at": Field(_rule.created_at, "datetime", sortable=True),
    },
    columns=[_rule[name] for name in RuleOut.model_fields],
    item_fields=tuple(RuleOut.model_fields),
)


def rule_shown(row: Row[Any]) -> RuleOut:
    """A row of the list of rules."""
    return RuleOut.model_validate(dict(row._mapping))


async def punctuality(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    group_by: GroupBy | None,
    *,
    now: datetime,
) -> dict[str | None, dict[str, Any]]:
    """What fell due in the period and by now, by group; the whole under WHOLE."""
    planned = planned_seen_by(identity)
    member = ORGANISATION.member
    key = member.c.team_id if group_by == "team" else planned.c.owner_id
    source = planned.outerjoin(member, member.c.id == planned.c.owner_id) if group_by == "team" else planned
    done, due = planned.c.done_at, planned.c.due_at
    rows = await connection.execute(
        select(
            cast(key, Text).label("key"),
            func.grouping(key).label("whole"),
            func.count().label("due"),
            func.count().filter(done <= due).label("done_in_time"),
            func.count().filter(done > due).label("done_late"),
            func.count().filter(done.is_(None)).label("open"),
        )
        .select_from(source)
        .where(due >= period.starts_at, due < period.ends_at, due <= now)
        .group_by(func.grouping_sets(tuple_(key), text("()")))
    )
    return {WHOLE if row["whole"] else row["key"]: dict(row) for row in rows.mappings()}
