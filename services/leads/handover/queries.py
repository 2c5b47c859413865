"""Leads that were handed over, and what became of them."""

from collections.abc import Sequence
from typing import get_args

from sqlalchemy import ColumnElement, RowMapping, and_, case, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import was_won, won_from
from services.leads.handover.schemas import HandedOverLead, Outcome
from services.leads.import_job.queries import handed_over_leads
from services.leads.lead.queries import LEADS
from services.leads.lead.scope import visible
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

_lead = LEADS.table.c
_accepted = or_(
    _lead.first_contact_at.is_not(None), _lead.qualified_at.is_not(None), _lead.converted_at.is_not(None)
)
_outcome = case(
    (was_won(_lead.id), "won"),
    (_lead.status == "new", "open"),
    else_=_lead.status,
)
_handed = handed_over_leads()
HANDED_OVER = Listing(
    name="handed-over-leads",
    table=LEADS.table.join(_handed, _handed.c.lead_id == _lead.id),
    default_sort="-lead_id",
    id_field="lead_id",
    fields={
        "lead_id": Field(_lead.id, "uuid", sortable=True),
        "import_id": Field(_handed.c.import_id, "uuid"),
        "campaign": Field(_handed.c.campaign, "text"),
        "handed_over_at": Field(_handed.c.handed_over_at, "datetime"),
        "owner_id": LEADS.fields["owner_id"],
        "outcome": Field(_outcome, "enum", values=get_args(Outcome), nullable=False),
        "accepted": Field(_accepted, "bool", nullable=False),
    },
    columns=[
        _lead.id.label("lead_id"),
        _handed.c.import_id,
        _handed.c.campaign,
        _handed.c.handed_over_at,
        _lead.owner_id,
        _outcome.label("outcome"),
        _accepted.label("accepted"),
        _lead.first_contact_at,
        _lead.disqualify_reason,
    ],
    item_fields=tuple(HandedOverLead.model_fields),
)


def kept(identity: Identity) -> ColumnElement[bool]:
    """Leads within the caller's scope that were neither put away nor merged into others."""
    return and_(visible(identity), _lead.archived_at.is_(None), _lead.merged_into.is_(None))


async def by_handover(
    connection: AsyncConnection, identity: Identity, period: Period, *, currency: str
) -> Sequence[RowMapping]:
    """The figures of each hand-over of the period, the latest first. Reads the rows of these imports, with
    the lead and the deals of each."""
    handed = handed_over_leads(period)
    won = won_from(_lead.id, LEADS.table, currency)
    count = func.count()
    rows = await connection.execute(
        select(
            handed.c.import_id,
            handed.c.campaign,
            handed.c.handed_over_at,
            count.label("handed_over"),
            count.filter(_accepted).label("accepted"),
            count.filter(~_accepted, _lead.status == "disqualified").label("refused"),
            count.filter(or_(_lead.converted_at.is_not(None), won.c.won > 0)).label("converted"),
            count.filter(won.c.won > 0).label("won"),
            func.coalesce(func.sum(won.c.amount), 0).label("won_revenue"),
        )
        .select_from(handed.join(LEADS.table, handed.c.lead_id == _lead.id).join(won, true()))
        .where(kept(identity))
        .group_by(handed.c.import_id, handed.c.campaign, handed.c.handed_over_at)
        .order_by(handed.c.handed_over_at.desc(), handed.c.import_id)
    )
    return rows.mappings().all()
