"""The list of plans, and who goes through one."""

from uuid import UUID

from sqlalchemy import ColumnElement, exists

from services.leads.nurture.schemas import PlanOut
from services.leads.nurture.tables import nurture_enrolment as enrolment
from services.leads.nurture.tables import nurture_plan as plan
from shared.web.listing import Field, Listing

PLANS = Listing(
    name="nurture-plans",
    table=plan,
    default_sort="-created_at",
    fields={
        "id": Field(plan.c.id, "uuid", sortable=True),
        "name": Field(plan.c.name, "text"),
        "category": Field(plan.c.category, "text"),
        "active": Field(plan.c.active, "bool"),
        "created_at": Field(plan.c.created_at, "datetime", sortable=True),
        "updated_at": Field(plan.c.updated_at, "datetime"),
        "archived_at": Field(plan.c.archived_at, "datetime"),
    },
    columns=[plan.c[name] for name in PlanOut.model_fields],
    item_fields=tuple(PlanOut.model_fields),
)


def going_through(lead_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether the lead goes through a plan now; by index."""
    return exists().where(enrolment.c.lead_id == lead_id, enrolment.c.ended_at.is_(None))
