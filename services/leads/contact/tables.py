"""Contacts."""

from sqlalchemy import Column, Index, Table, Text, Uuid, text

from services.leads.record.columns import origin_columns, record_columns, record_constraints, text_index
from services.leads.tables import metadata

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
    Column("account_id", Uuid),
    Column("owner_id", Uuid),
    Column("merged_into", Uuid),
    *record_constraints("contact"),
    Index("ix_contact_account_id_email", "account_id", text("lower(email)")),
    text_index("contact", *SEARCHED),
)
