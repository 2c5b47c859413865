"""The report of whom not to pursue."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, exists, or_, select

from services.leads.account.queries import ACCOUNTS
from services.leads.account.scope import visible as visible_accounts
from services.leads.lead.queries import LEADS
from services.leads.lead.scope import visible as visible_leads
from services.leads.pursuit.domain import KINDS, Kind
from services.leads.pursuit.schemas import MarkOut
from services.leads.pursuit.tables import do_not_pursue as mark
from services.leads.record.domain import money_of
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_SHOWN = tuple(name for name in MarkOut.model_fields if name != "expected_margin")

MARKS = Listing(
    name="do-not-pursue",
    table=mark,
    default_sort="-created_at",
    fields={
        "id": Field(mark.c.id, "uuid", sortable=True),
        "kind": Field(mark.c.kind, "enum", values=KINDS),
        "subject_id": Field(mark.c.subject_id, "uuid"),
        "set_by": Field(mark.c.set_by, "text"),
        "created_at": Field(mark.c.created_at, "datetime", sortable=True),
        "expires_at": Field(mark.c.expires_at, "datetime"),
        "ended_at": Field(mark.c.ended_at, "datetime"),
    },
    columns=[*(mark.c[name] for name in _SHOWN), mark.c.margin_amount, mark.c.margin_currency],
    item_fields=tuple(MarkOut.model_fields),
)


def visible(identity: Identity) -> ColumnElement[bool]:
    """Segments, and the marks of leads and accounts that the caller may see."""
    leads = select(LEADS.fields["id"].column).where(visible_leads(identity))
    accounts = select(ACCOUNTS.fields["id"].column).where(visible_accounts(identity))
    return or_(mark.c.kind == "segment", mark.c.subject_id.in_(leads), mark.c.subject_id.in_(accounts))


def is_marked(kind: Kind, subject_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether a mark of this lead or account stands, as a part of another query."""
    return exists(
        select(mark.c.id).where(
            mark.c.subject_id == subject_id, mark.c.kind == kind, mark.c.ended_at.is_(None)
        )
    )


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the report as MarkOut."""
    item: dict[str, Any] = dict(zip(_SHOWN, row, strict=False))
    item["expected_margin"] = money_of(row.margin_amount, row.margin_currency)
    return item
