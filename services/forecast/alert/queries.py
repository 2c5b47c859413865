"""The list of alerts, who sees which, and their history."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import ColumnElement, Row, and_, false, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert.domain import SEVERITIES, Entry
from services.forecast.alert.rows import as_alert
from services.forecast.alert.schemas import AlertOut, alert_out
from services.forecast.alert.tables import alert, alert_entry
from services.forecast.tables import ORGANISATION
from shared.contracts.events.forecast_alert import AlertStatus
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

MOST_ENTRIES = 200
_A, _E = alert.c, alert_entry.c
LISTING = Listing(
    name="alerts",
    table=alert,
    fields={
        "id": Field(_A.id, "uuid"),
        "kind": Field(_A.kind, "text"),
        "status": Field(_A.status, "enum", values=get_args(AlertStatus)),
        "severity": Field(_A.severity, "enum", values=SEVERITIES),
        "period": Field(_A.period, "text"),
        "ends_on": Field(_A.ends_on, "date", sortable=True),
        "team_id": Field(_A.team_id, "uuid"),
        "owner_id": Field(_A.owner_id, "uuid"),
        "assigned_to": Field(_A.assigned_to, "uuid"),
        "issue_id": Field(_A.issue_id, "uuid"),
        "figure": Field(_A.figure, "decimal", sortable=True),
        "amount": Field(_A.amount, "decimal", sortable=True),
        "snoozed_until": Field(_A.snoozed_until, "datetime", sortable=True),
        "created_at": Field(_A.created_at, "datetime", sortable=True),
        "updated_at": Field(_A.updated_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    columns=tuple(alert.columns),
    item_fields=tuple(AlertOut.model_fields),
)


def listed(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list."""
    return alert_out(as_alert(row._mapping))


def visible_to(caller: Identity) -> ColumnElement[bool]:
    """Of a member: as the member's records; of a team: who answers for it; of all: who sees all. And what was
    put into the caller's hands."""
    if caller.scope in ("none", "partner"):
        return false()
    of_member = and_(_A.owner_id.is_not(None), owner_scope(ORGANISATION, caller, _A.owner_id))
    of_node: ColumnElement[bool] = literal(caller.scope == "all")
    if caller.scope == "subtree":
        of_node = _A.team_id.in_(caller.team_ids)
    return or_(of_member, and_(_A.owner_id.is_(None), of_node), _A.assigned_to == caller.member_id)


async def history_of(connection: AsyncConnection, alert_id: UUID) -> list[Mapping[str, Any]]:
    """What happened to it, the newest first, up to 200 lines."""
    names = (*Entry.__dataclass_fields__, "severity", "figure")
    query = select(*(_E[name] for name in names)).where(_E.alert_id == alert_id)
    rows = await connection.execute(query.order_by(_E.version.desc()).limit(MOST_ENTRIES))
    return [dict(row) for row in rows.mappings()]


async def is_colleague(connection: AsyncConnection, member_id: UUID, caller: Identity) -> bool:
    """Whether there is such a member whose records the caller may see."""
    member = ORGANISATION.member.c.id
    query = select(member).where(member == member_id, owner_scope(ORGANISATION, caller, member))
    return await connection.scalar(query) is not None


async def waiting_by_kind(connection: AsyncConnection) -> dict[tuple[str, str], int]:
    """How many alerts of each kind and severity are not resolved."""
    query = select(_A.kind, _A.severity, func.count()).where(_A.status != "resolved")
    rows = await connection.execute(query.group_by(_A.kind, _A.severity))
    return {(kind, severity): count for kind, severity, count in rows}


async def nodes_waiting(connection: AsyncConnection, kind: str, now: datetime) -> set[UUID | None]:
    """The teams (None: all) with an alert of this kind that is not resolved, of a period not yet over."""
    query = select(_A.team_id).where(_A.kind == kind, _A.status != "resolved", _A.owner_id.is_(None))
    return set(await connection.scalars(query.where(_A.ends_on >= now.date()).limit(100_000)))
