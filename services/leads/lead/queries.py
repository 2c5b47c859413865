"""Reads of leads: the list, the history, and how a field stood at an earlier version."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Row,
    Subquery,
    Text,
    Uuid,
    any_,
    case,
    func,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import OPEN, STATUSES
from services.leads.lead.schemas import LeadOut
from services.leads.lead.scope import visible
from services.leads.lead.tables import SEARCHED, lead, lead_history
from services.leads.record.columns import search_column
from services.leads.record.domain import money_of
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_MADE_OF_OTHERS = ("expected_value", "assignment")
_SHOWN = tuple(name for name in LeadOut.model_fields if name not in _MADE_OF_OTHERS)
_EXTRA = (lead.c.expected_amount, lead.c.expected_currency, lead.c.assigned_at, lead.c.assignment_reason)

LEADS = Listing(
    name="leads",
    table=lead,
    default_sort="-created_at",
    fields={
        "id": Field(lead.c.id, "uuid", sortable=True),
        "status": Field(lead.c.status, "enum", values=STATUSES),
        "owner_id": Field(lead.c.owner_id, "uuid"),
        "created_at": Field(lead.c.created_at, "datetime", sortable=True),
        "updated_at": Field(lead.c.updated_at, "datetime", sortable=True),
        "name": Field(lead.c.name, "text"),
        "company": Field(lead.c.company, "text"),
        "email": Field(lead.c.email, "text"),
        "phone": Field(lead.c.phone, "text"),
        "country": Field(lead.c.country, "text"),
        "region": Field(lead.c.region, "text"),
        "postal_code": Field(lead.c.postal_code, "text"),
        "industry": Field(lead.c.industry, "text"),
        "language": Field(lead.c.language, "text"),
        "origin": Field(lead.c.origin, "enum", values=("active", "passive")),
        "source": Field(lead.c.source, "text"),
        "medium": Field(lead.c.medium, "text"),
        "channel": Field(lead.c.channel, "text"),
        "campaign": Field(lead.c.campaign, "text"),
        "product_interest": Field(lead.c.product_interest, "text"),
        "category": Field(lead.c.category, "text"),
        "category_by": Field(lead.c.category_by, "enum", values=("member", "rule")),
        "segment": Field(lead.c.segment, "text"),
        "segment_by": Field(lead.c.segment_by, "enum", values=("member", "rule")),
        "target_customer": Field(lead.c.target_customer, "bool"),
        "do_not_pursue": Field(lead.c.do_not_pursue, "bool"),
        "activity_count": Field(lead.c.activity_count, "int"),
        "last_activity_at": Field(lead.c.last_activity_at, "datetime"),
        "score": Field(lead.c.score, "decimal", sortable=True),
        "grade": Field(lead.c.grade, "text"),
        "territory_id": Field(lead.c.territory_id, "uuid"),
        "queue_id": Field(lead.c.queue_id, "uuid"),
        "queued_at": Field(lead.c.queued_at, "datetime", sortable=True),
        "response_due_at": Field(lead.c.response_due_at, "datetime"),
        "response_breached_at": Field(lead.c.response_breached_at, "datetime"),
        "merged_into": Field(lead.c.merged_into, "uuid"),
        "expected_amount": Field(lead.c.expected_amount, "decimal"),
        "partner_id": Field(lead.c.partner_id, "uuid"),
        "source_system": Field(lead.c.source_system, "text"),
        "external_id": Field(lead.c.external_id, "text"),
        "duplicate_of": Field(lead.c.duplicate_of, "uuid"),
        "first_contact_at": Field(lead.c.first_contact_at, "datetime"),
        "qualified_at": Field(lead.c.qualified_at, "datetime"),
        "converted_at": Field(lead.c.converted_at, "datetime"),
        "account_id": Field(lead.c.account_id, "uuid"),
        "contact_id": Field(lead.c.contact_id, "uuid"),
        "deal_id": Field(lead.c.deal_id, "uuid"),
        "archived_at": Field(lead.c.archived_at, "datetime"),
    },
    text=[search_column(lead, *SEARCHED)],
    columns=[*(lead.c[name] for name in _SHOWN), *_EXTRA],
    item_fields=tuple(LeadOut.model_fields),
)


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as LeadOut; its values come in the order of the columns."""
    item: dict[str, Any] = dict(zip(_SHOWN, row, strict=False))
    amount, currency, assigned_at, reason = row[len(_SHOWN) : len(_SHOWN) + len(_EXTRA)]
    owner = item["owner_id"]
    item["score"] = None if item["score"] is None else float(item["score"])
    item["expected_value"] = money_of(amount, currency)
    item["assignment"] = (
        None
        if owner is None or assigned_at is None
        else {"owner_id": owner, "reason": reason, "at": assigned_at}
    )
    return item


async def history(connection: AsyncConnection, lead_id: UUID) -> list[dict[str, Any]]:
    """The first 1,000 steps of a lead in the order they happened."""
    steps = lead_history.c
    rows = await connection.execute(
        select(steps.at, steps.what, steps.by, steps.details)
        .where(steps.lead_id == lead_id)
        .order_by(steps.at, steps.id)
        .limit(1000)
    )
    return [dict(row) for row in rows.mappings()]


async def values_at(
    connection: AsyncConnection, lead_id: UUID, version: int, fields: Sequence[str]
) -> dict[str, Any]:
    """How these fields stood at a version: what the first later change of each says was before it."""
    steps = lead_history.c
    rows = await connection.execute(
        select(steps.details)
        .where(steps.lead_id == lead_id, steps.version > version)
        .order_by(steps.version)
        .limit(1000)
    )
    values: dict[str, Any] = {}
    for (details,) in rows:
        for name, (before, _) in details.get("changes", {}).items():
            if name in fields:
                values.setdefault(name, before)
    return values


async def open_leads_of(connection: AsyncConnection, owners: Collection[UUID]) -> dict[UUID, int]:
    """How many open leads each of these has."""
    open_statuses = ", ".join(f"'{status}'" for status in OPEN)
    rows = await connection.execute(
        select(lead.c.owner_id, func.count().label("open_leads"))
        .where(
            lead.c.owner_id == any_(literal(sorted(owners), ARRAY(Uuid))),
            text(f"status IN ({open_statuses})"),
            lead.c.archived_at.is_(None),
        )
        .group_by(lead.c.owner_id)
    )
    return {row.owner_id: row.open_leads for row in rows}


async def ended_among(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the leads that have ended, and the contacts and accounts they became."""
    rows = await connection.execute(
        select(lead.c.id, lead.c.contact_id, lead.c.account_id).where(
            lead.c.id == any_(literal(sorted(ids), ARRAY(Uuid))), lead.c.status.not_in(OPEN)
        )
    )
    return {found for row in rows for found in row if found is not None}


async def waiting_in(
    connection: AsyncConnection, queue_id: UUID, most: int, after: tuple[datetime, UUID] | None
) -> list[tuple[UUID, datetime]]:
    """Leads in the queue by how long they wait, and since when; by index."""
    query = (
        select(lead.c.id, lead.c.queued_at)
        .where(lead.c.queue_id == queue_id, lead.c.archived_at.is_(None))
        .order_by(lead.c.queued_at, lead.c.id)
        .limit(most)
    )
    if after is not None:
        query = query.where(tuple_(lead.c.queued_at, lead.c.id) > after)
    return [(row.id, row.queued_at) for row in await connection.execute(query)]


async def versions_by_system(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, set[int]]:
    """The versions of these leads that no person made."""
    steps = lead_history.c
    wanted = literal(sorted(ids), ARRAY(Uuid))
    rows = await connection.execute(
        select(steps.lead_id, func.array_agg(steps.version))
        .where(steps.lead_id == any_(wanted), steps.by == "system", steps.version.is_not(None))
        .group_by(steps.lead_id)
    )
    return {lead_id: set(versions) for lead_id, versions in rows}


async def oldest_open(connection: AsyncConnection, emails: Collection[str]) -> dict[str, UUID]:
    """The oldest open lead of each e-mail address in lower case."""
    address = func.lower(lead.c.email)
    open_statuses = ", ".join(f"'{status}'" for status in OPEN)
    rows = await connection.execute(
        select(address, lead.c.id)
        .ext(distinct_on(address))
        .where(
            address == any_(literal(sorted(emails), ARRAY(Text))),
            lead.c.email.is_not(None),
            text(f"status IN ({open_statuses})"),
            lead.c.archived_at.is_(None),
        )
        .order_by(address, lead.c.created_at, lead.c.id)
    )
    return {row[0]: row[1] for row in rows}


def in_base() -> ColumnElement[Any]:
    """The expected value in base currency at the newest rate; null where there is no rate."""
    rate, organisation = ORGANISATION.exchange_rate.c, ORGANISATION.organisation.c
    base = select(organisation.base_currency).limit(1).scalar_subquery()
    newest = (
        select(rate.rate)
        .where(rate.currency == lead.c.expected_currency)
        .order_by(rate.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    factor = case((lead.c.expected_currency == base, literal(1)), else_=newest)
    return func.round(lead.c.expected_amount * factor, 2)


def open_leads_seen_by(identity: Identity, *names: str) -> Subquery:
    """These columns of the open leads the caller may see, with their value `in_base`."""
    return (
        select(*(lead.c[name] for name in names), in_base().label("in_base"))
        .where(
            visible(identity),
            lead.c.status.in_(OPEN),
            lead.c.archived_at.is_(None),
            lead.c.merged_into.is_(None),
        )
        .subquery("open_lead")
    )


def segments_of_leads() -> Subquery:
    """Segment by the lead's id, of those that have one, whoever owns them."""
    return select(lead.c.id, lead.c.segment).where(lead.c.segment.is_not(None)).subquery("of_lead")


def leads_seen_by(identity: Identity, *names: str) -> Subquery:
    """These columns of the leads the caller may see, for figures that join them with what others know."""
    return select(*(lead.c[name] for name in names)).where(visible(identity)).subquery("seen_lead")


def _open_in(territory_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (lead.c.territory_id == territory_id, lead.c.status.in_(OPEN), lead.c.archived_at.is_(None))


async def open_leads_in(connection: AsyncConnection, territory_id: UUID) -> int:
    """How many open leads lie in the territory."""
    found = await connection.scalar(select(func.count()).where(*_open_in(territory_id)))
    return int(found or 0)


async def ids_in(connection: AsyncConnection, territory_id: UUID, most: int) -> list[UUID]:
    """The open leads that lie in the territory, by id."""
    rows = await connection.scalars(
        select(lead.c.id).where(*_open_in(territory_id)).order_by(lead.c.id).limit(most)
    )
    return list(rows)


async def ids_since(
    connection: AsyncConnection, since: datetime, most: int, within: ColumnElement[bool]
) -> list[UUID]:
    """The newest leads that came up since then and were not put away, in the order they came up."""
    rows = await connection.scalars(
        select(lead.c.id)
        .where(lead.c.created_at >= since, lead.c.archived_at.is_(None), within)
        .order_by(lead.c.created_at.desc(), lead.c.id.desc())
        .limit(most)
    )
    return list(reversed(rows.all()))
