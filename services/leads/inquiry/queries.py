"""The list of inquiries."""

from services.leads.inquiry.domain import KINDS, STATUSES
from services.leads.inquiry.schemas import InquiryOut
from services.leads.inquiry.tables import inquiry
from shared.web.listing import Field, Listing

HANDLING = ("handled_at", "handled_by", "response_minutes", "outcome")

INQUIRIES = Listing(
    name="inquiries",
    table=inquiry,
    default_sort="-at",
    fields={
        "id": Field(inquiry.c.id, "uuid", sortable=True),
        "kind": Field(inquiry.c.kind, "enum", values=KINDS),
        "status": Field(inquiry.c.status, "enum", values=STATUSES),
        "at": Field(inquiry.c.at, "datetime", sortable=True),
        "created_at": Field(inquiry.c.created_at, "datetime"),
        "source_system": Field(inquiry.c.source_system, "text"),
        "external_id": Field(inquiry.c.external_id, "text"),
        "email": Field(inquiry.c.email, "text"),
        "phone": Field(inquiry.c.phone, "text"),
        "lead_id": Field(inquiry.c.lead_id, "uuid"),
        "contact_id": Field(inquiry.c.contact_id, "uuid"),
        "account_id": Field(inquiry.c.account_id, "uuid"),
        "owner_id": Field(inquiry.c.owner_id, "uuid"),
        "quarantine_id": Field(inquiry.c.quarantine_id, "uuid"),
    },
    columns=[
        *(inquiry.c[name] for name in InquiryOut.model_fields if name not in HANDLING),
        inquiry.c.answered_at,
    ],
    item_fields=tuple(InquiryOut.model_fields),
)
