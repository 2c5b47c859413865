"""Activities."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, Uuid, text

from services.leads.activity.domain import TYPES
from services.leads.record.columns import origin_columns, record_columns, record_constraints, text_index
from services.leads.tables import metadata
from shared.persistence.types import Instant

SEARCHED = ("subject",)
_LINKS = ("lead_id", "account_id", "contact_id", "deal_id")
_TYPES = ", ".join(f"'{each}'" for each in TYPES)

activity = Table(
    "activity",
    metadata,
    *record_columns(),
    *origin_columns(),
    Column("type", Text, nullable=False),
    Column("subject", Text),
    Column("notes", Text),
    Column("direction", Text),
    Column("outcome", Text),
    Column("message_id", Text),
    Column("started_at", Instant),
    Column("ended_at", Instant),
    Column("due_at", Instant),
    Column("done_at", Instant),
    Column("owner_id", Uuid),
    *(Column(link, Uuid) for link in _LINKS),
    *record_constraints("activity"),
    CheckConstraint(f"type IN ({_TYPES})", name="type_known"),
    *(
        Index(
            f"ix_activity_{link}_created_at_id",
            link,
            "created_at",
            "id",
            postgresql_where=text(f"{link} IS NOT NULL"),
        )
        for link in _LINKS
    ),
    Index(
        "ix_activity_open_owner_id_due_at",
        "owner_id",
        "due_at",
        "id",
        postgresql_where=text("done_at IS NULL"),
    ),
    Index("ix_activity_message_id", "message_id", postgresql_where=text("message_id IS NOT NULL")),
    Index(
        "ix_activity_visit_at",
        text("coalesce(done_at, started_at)"),
        postgresql_where=text("type = 'visit'"),
    ),
    text_index("activity", *SEARCHED),
)
