"""Contacts."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text

from services.leads.record.columns import origin_columns, record_columns, record_constraints, text_index
from services.leads.tables import metadata
from shared.persistence.types import TextList

SEARCHED = ("name", "email")

contact = Table(
    "contact",
    metadata,
    *record_columns(),
    *origin_columns(),
    Column("name", Text, nullable=False),
    Column("first_name", Text),
    Column("last_name", Text),
    Column("email", Text),
    Column("phone", Text),
    Column("country", Text),
    Column("job_title", Text),
    Column("decision_role", Text),
    Column("language", Text),
    Column("notes", Text),
    Column("do_not_contact", TextList(), nullable=False, server_default="{}"),
    Column("preferred_channel", Text),
    Column("account_id", Uuid),
    Column("owner_id", Uuid),
    Column("merged_into", Uuid),
    *record_constraints("contact"),
    Index("ix_contact_account_id_email", "account_id", text("lower(email)")),
    Index("ix_contact_email", text("lower(email)"), postgresql_where=text("email IS NOT NULL")),
    Index("ix_contact_phone", "phone", postgresql_where=text("phone IS NOT NULL")),
    text_index("contact", *SEARCHED),
)
