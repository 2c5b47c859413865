"""The list of contacts."""

from services.leads.contact.schemas import ContactOut
from services.leads.contact.tables import SEARCHED, contact
from services.leads.record.columns import search_column
from shared.web.listing import Field, Listing

CONTACTS = Listing(
    name="contacts",
    table=contact,
    default_sort="-created_at",
    fields={
        "id": Field(contact.c.id, "uuid", sortable=True),
        "name": Field(contact.c.name, "text"),
        "email": Field(contact.c.email, "text"),
        "phone": Field(contact.c.phone, "text"),
        "account_id": Field(contact.c.account_id, "uuid"),
        "owner_id": Field(contact.c.owner_id, "uuid"),
        "merged_into": Field(contact.c.merged_into, "uuid"),
        "source_system": Field(contact.c.source_system, "text"),
        "external_id": Field(contact.c.external_id, "text"),
        "created_at": Field(contact.c.created_at, "datetime", sortable=True),
        "updated_at": Field(contact.c.updated_at, "datetime", sortable=True),
        "archived_at": Field(contact.c.archived_at, "datetime"),
    },
    text=[search_column(contact, *SEARCHED)],
    columns=[contact.c[name] for name in ContactOut.model_fields],
    item_fields=tuple(ContactOut.model_fields),
)
