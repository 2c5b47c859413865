"""What leads and contacts agreed to: never changed, only added to. The last entry of a channel holds."""

from sqlalchemy import CheckConstraint, Column, Index, Table, Text, Uuid, text

from services.leads.consent.domain import CHANNELS
from services.leads.tables import metadata
from shared.persistence.types import Instant

_CHANNELS = ", ".join(f"'{channel}'" for channel in CHANNELS)

consent = Table(
    "consent",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid),
    Column("contact_id", Uuid),
    Column("channel", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    Column("source", Text),
    Column("text_shown", Text),
    Column("by", Text),
    CheckConstraint("(lead_id IS NULL) <> (contact_id IS NULL)", name="one_subject"),
    CheckConstraint(f"channel IN ({_CHANNELS})", name="channel_known"),
    CheckConstraint("state IN ('granted', 'withdrawn')", name="state_known"),
    *(
        Index(
            f"ix_consent_{subject}_channel_id",
            subject,
            "channel",
            "id",
            postgresql_where=text(f"{subject} IS NOT NULL"),
        )
        for subject in ("lead_id", "contact_id")
    ),
)
