"""Reads of the first response: policies, a lead's clocks, what is overdue, and how quickly leads were met."""

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    RowMapping,
    Subquery,
    Text,
    cast,
    func,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.queries import LEADS, leads_seen_by
from services.leads.response.schemas import GroupBy, OverdueOut, PolicyOut
from services.leads.response.tables import first_response, response_clock, response_policy
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

WHOLE = "*"
_policy = response_policy.c
_clock = response_clock.c

POLICIES = Listing(
    name="response-policies",
    table=response_policy,
    default_sort="position",
    fields={
        "id": Field(_policy.id, "uuid", sortable=True),
        "name": Field(_policy.name, "text", sortable=True),
        "position": Field(_policy.position, "int", sortable=True),
        "counted": Field(_policy.counted, "enum", values=("business", "always")),
        "on_breach": Field(_policy.on_breach, "enum", values=("notify", "reassign")),
        "active": Field(_policy.active, "bool"),
        "archived_at": Field(_policy.archived_at, "datetime"),
        "created_at": Field(_policy.created_at, "datetime", sortable=True),
    },
    columns=[_policy[name] for name in PolicyOut.model_fields],
    item_fields=tuple(PolicyOut.model_fields),
)

_COUNTED_BY_NOW = ("waiting_minutes", "overdue_minutes")
_OVERDUE = tuple(name for name in OverdueOut.model_fields if name not in _COUNTED_BY_NOW)
OVERDUE = Listing(
    name="overdue-leads",
    table=LEADS.table,
    default_sort="response_due_at",
    fields={
        **{
            name: LEADS.fields[name]
            for name in ("id", "owner_id", "source", "partner_id", "channel", "grade")
        },
        "created_at": LEADS.fields["created_at"],
        "response_due_at": Field(
            LEADS.fields["response_due_at"].column, "datetime", sortable=True, nullable=False
        ),
        "response_breached_at": LEADS.fields["response_breached_at"],
    },
    columns=[LEADS.table.c[name] for name in _OVERDUE],
    item_fields=tuple(OverdueOut.model_fields),
)


def policy_shown(row: Row[Any]) -> PolicyOut:
    """A row of the list of policies."""
    return PolicyOut.model_validate(dict(row._mapping))


def overdue(now: datetime) -> list[ColumnElement[bool]]:
    """Leads that nobody has spoken with although it was due."""
    lead = LEADS.table.c
    return [
        lead.status == "new",
        lead.response_due_at.is_not(None),
        lead.response_due_at <= now,
        lead.merged_into.is_(None),
        lead.archived_at.is_(None),
        ~lead.do_not_pursue,
    ]


def overdue_by(now: datetime) -> Callable[[Row[Any]], OverdueOut]:
    """A row of that list with how long the lead waits by now."""

    def shown(row: Row[Any]) -> OverdueOut:
        item = dict(zip(_OVERDUE, row, strict=False))
        item["waiting_minutes"] = _minutes(now, item["created_at"])
        item["overdue_minutes"] = _minutes(now, item["response_due_at"])
        return OverdueOut.model_validate(item)

    return shown


async def clocks_of(connection: AsyncConnection, lead_id: UUID) -> list[dict[str, Any]]:
    """The first 200 clocks of a lead, oldest first."""
    rows = await connection.execute(
        select(
            _clock.policy_id,
            _policy.name.label("policy"),
            _clock.owner_id,
            _clock.started_at,
            _clock.due_at,
            _clock.reassignments,
            _clock.outcome,
            _clock.answered_at,
        )
        .join(response_policy, _policy.id == _clock.policy_id)
        .where(_clock.lead_id == lead_id)
        .order_by(_clock.started_at, _clock.id)
        .limit(200)
    )
    return [dict(row) for row in rows.mappings()]


async def response_of(connection: AsyncConnection, lead_id: UUID) -> tuple[Decimal, Decimal] | None:
    """Minutes and business minutes to the first contact."""
    told = first_response.c
    row = await connection.execute(select(told.minutes, told.business_minutes).where(told.lead_id == lead_id))
    found = row.first()
    return None if found is None else (found[0], found[1])


def minutes_to_contact() -> FromClause:
    """`lead_id` and `minutes` of the leads that were spoken with, to be joined with."""
    return first_response


async def speed(
    connection: AsyncConnection, identity: Identity, period: Period, group_by: GroupBy | None
) -> dict[str | None, dict[str, Any]]:
    """Leads received in the period, those contacted, and quantiles of the minutes; the whole under WHOLE."""
    lead = leads_seen_by(
        identity,
        "id",
        "created_at",
        "owner_id",
        "source",
        "partner_id",
        "channel",
        "merged_into",
        "archived_at",
    )
    told = first_response.c
    owner = func.coalesce(told.owner_id, lead.c.owner_id)
    key = _key(group_by, lead, owner)
    source = lead.outerjoin(first_response, told.lead_id == lead.c.id)
    rows = await connection.execute(
        select(
            *_name(key),
            func.count().label("received"),
            func.count(told.lead_id).label("contacted"),
            *(
                func.percentile_cont(part).within_group(told[name]).label(f"{label}_{name}")
                for name in ("minutes", "business_minutes")
                for label, part in (("median", 0.5), ("p90", 0.9))
            ),
        )
        .select_from(_with_team(source, owner, group_by))
        .where(
            lead.c.created_at >= period.starts_at,
            lead.c.created_at < period.ends_at,
            lead.c.merged_into.is_(None),
            lead.c.archived_at.is_(None),
        )
        .group_by(_each_and_all(key))
    )
    return _by_key(rows.mappings())


async def punctuality(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    group_by: GroupBy | None,
    *,
    now: datetime,
) -> dict[str | None, dict[str, Any]]:
    """First contacts due in the period and by now, met and missed; the whole under WHOLE."""
    lead = leads_seen_by(identity, "id", "source", "partner_id", "channel")
    key = _key(group_by, lead, _clock.owner_id)
    source = response_clock.join(lead, lead.c.id == _clock.lead_id)
    rows = await connection.execute(
        select(
            *_name(key),
            func.count().label("due"),
            func.count().filter(_clock.outcome == "met").label("met"),
            func.count().filter(_clock.outcome == "breached").label("breached"),
        )
        .select_from(_with_team(source, _clock.owner_id, group_by))
        .where(
            _clock.due_at >= period.starts_at,
            _clock.due_at < period.ends_at,
            _clock.due_at <= now,
            _clock.outcome.in_(("met", "breached")),
        )
        .group_by(_each_and_all(key))
    )
    return _by_key(rows.mappings())


def _key(group_by: GroupBy | None, lead: Subquery, owner: ColumnElement[Any]) -> ColumnElement[Any]:
    if group_by in (None, "owner"):
        return owner
    if group_by == "team":
        return ORGANISATION.member.c.team_id
    return {"partner": lead.c.partner_id, "source": lead.c.source, "channel": lead.c.channel}[group_by]


def _with_team(source: FromClause, owner: ColumnElement[Any], group_by: GroupBy | None) -> FromClause:
    member = ORGANISATION.member
    return source.outerjoin(member, member.c.id == owner) if group_by == "team" else source


def _name(key: ColumnElement[Any]) -> tuple[ColumnElement[Any], ColumnElement[Any]]:
    return cast(key, Text).label("key"), func.grouping(key).label("whole")


def _each_and_all(key: ColumnElement[Any]) -> ColumnElement[Any]:
    return func.grouping_sets(tuple_(key), text("()"))


def _by_key(rows: Iterable[RowMapping]) -> dict[str | None, dict[str, Any]]:
    return {WHOLE if row["whole"] else row["key"]: dict(row) for row in rows}


def _minutes(now: datetime, since: datetime) -> Decimal:
    return Decimal(str(round((now - since).total_seconds() / 60, 2)))
