"""Reads of forms: lists, and how many submissions each day brought."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Date, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.web_form.domain import STATUSES
from services.leads.web_form.schemas import WebFormOut
from services.leads.web_form.tables import form_submission as submission
from services.leads.web_form.tables import web_form
from shared.web.listing import Field, Listing

FORMS = Listing(
    name="web-forms",
    table=web_form,
    default_sort="-created_at",
    fields={
        "id": Field(web_form.c.id, "uuid", sortable=True),
        "name": Field(web_form.c.name, "text", sortable=True),
        "active": Field(web_form.c.active, "bool"),
        "created_at": Field(web_form.c.created_at, "datetime", sortable=True),
        "updated_at": Field(web_form.c.updated_at, "datetime"),
    },
    columns=[web_form.c[name] for name in WebFormOut.model_fields],
    item_fields=tuple(WebFormOut.model_fields),
)
SUBMISSIONS = Listing(
    name="form-submissions",
    table=submission,
    default_sort="-received_at",
    fields={
        "id": Field(submission.c.id, "uuid", sortable=True),
        "form_id": Field(submission.c.form_id, "uuid", filterable=False),
        "received_at": Field(submission.c.received_at, "datetime", sortable=True),
        "status": Field(submission.c.status, "enum", values=STATUSES),
        "spam_score": Field(submission.c.spam_score, "int"),
        "lead_id": Field(submission.c.lead_id, "uuid"),
        "quarantine_id": Field(submission.c.quarantine_id, "uuid"),
        "expires_at": Field(submission.c.expires_at, "datetime"),
        "confirmed_at": Field(submission.c.confirmed_at, "datetime"),
        "email": Field(submission.c.email, "text"),
    },
)


async def days_of(
    connection: AsyncConnection, form_id: UUID, time_zone: str, starts_on: date | None, ends_on: date | None
) -> list[dict[str, Any]]:
    """By local day: how many came in, and how many of them stand in each status now."""
    day = cast(func.timezone(time_zone, submission.c.received_at), Date).label("date")
    counts = [func.count().filter(submission.c.status == status).label(status) for status in STATUSES]
    query = select(day, func.count().label("received"), *counts).where(submission.c.form_id == form_id)
    if starts_on is not None:
        query = query.where(day >= starts_on)
    if ends_on is not None:
        query = query.where(day <= ends_on)
    rows = await connection.execute(query.group_by(day).order_by(day.desc()).limit(366))
    return [dict(row) for row in rows.mappings()]
