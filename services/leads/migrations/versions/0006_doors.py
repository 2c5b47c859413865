"""Touches, consent, and a quarantine for every door."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_WAY = ("source", "medium", "campaign", "channel", "referrer", "landing_page")
_OPEN = "status IN ('new', 'contacted', 'qualified')"


def upgrade() -> None:
    _touches()
    _consent()
    _quarantine()
    op.create_index(
        "ix_lead_open_phone", "lead", ["phone"], postgresql_where=sa.text(f"phone IS NOT NULL AND {_OPEN}")
    )
    op.create_index(
        "ix_contact_email",
        "contact",
        [sa.text("lower(email)")],
        postgresql_where=sa.text("email IS NOT NULL"),
    )
    op.create_index("ix_contact_phone", "contact", ["phone"], postgresql_where=sa.text("phone IS NOT NULL"))


def _touches() -> None:
    op.create_table(
        "lead_touch",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(sa.Column(name, sa.Text()) for name in _WAY),
        sa.Column("url", sa.Text()),
        sa.Column("utm", postgresql.JSONB(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_touch")),
    )
    kind = (
        "CASE WHEN partner_id IS NOT NULL THEN 'push' WHEN source_system IS NOT NULL THEN 'load' "
        "ELSE 'entry' END"
    )
    told = " || E'\\x1f' || ".join((kind, *(f"coalesce({name}, '')" for name in _WAY)))
    ways = ", ".join(_WAY)
    op.execute(
        f"INSERT INTO lead_touch (id, lead_id, at, kind, {ways}, utm, fingerprint) "
        f"SELECT gen_random_uuid(), id, created_at, {kind}, {ways}, '{{}}'::jsonb, md5({told}) FROM lead"
    )
    op.create_index("ix_lead_touch_lead_id_at_id", "lead_touch", ["lead_id", "at", "id"])


def _consent() -> None:
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("lead_id", sa.Uuid()),
        sa.Column("contact_id", sa.Uuid()),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("channel", "state", "basis")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, sa.Text()) for name in ("source", "text_shown", "by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
        sa.CheckConstraint("(lead_id IS NULL) <> (contact_id IS NULL)", name=op.f("ck_consent_one_subject")),
        sa.CheckConstraint(
            "channel IN ('email', 'phone', 'sms', 'post', 'messenger')",
            name=op.f("ck_consent_channel_known"),
        ),
        sa.CheckConstraint("state IN ('granted', 'withdrawn')", name=op.f("ck_consent_state_known")),
    )
    for subject in ("lead_id", "contact_id"):
        op.create_index(
            f"ix_consent_{subject}_channel_id",
            "consent",
            [subject, "channel", "id"],
            postgresql_where=sa.text(f"{subject} IS NOT NULL"),
        )
    for table in ("lead", "contact"):
        texts: sa.types.TypeEngine[Any] = postgresql.ARRAY(sa.Text())
        op.add_column(table, sa.Column("do_not_contact", texts, nullable=False, server_default="{}"))


def _quarantine() -> None:
    op.add_column("quarantine", sa.Column("door", sa.Text(), nullable=False, server_default="partner"))
    op.add_column("quarantine", sa.Column("source_id", sa.Uuid()))
    op.add_column("quarantine", sa.Column("spam_score", sa.SmallInteger()))
    for name, empty in (("spam_reasons", "[]"), ("beside", "{}")):
        column = sa.Column(name, postgresql.JSONB(), nullable=False, server_default=empty)
        op.add_column("quarantine", column)
    op.execute("UPDATE quarantine SET source_id = partner_id")
    op.alter_column("quarantine", "partner_id", nullable=True)
    op.alter_column("quarantine", "external_id", nullable=True)
    op.create_check_constraint(
        op.f("ck_quarantine_door_known"),
        "quarantine",
        "door IN ('partner', 'form', 'inquiry', 'import', 'api')",
    )
    op.create_check_constraint(
        op.f("ck_quarantine_pushed_or_not"),
        "quarantine",
        "(door = 'partner') = (partner_id IS NOT NULL AND external_id IS NOT NULL)",
    )


def downgrade() -> None:
    op.drop_index("ix_contact_phone", "contact")
    op.drop_index("ix_contact_email", "contact")
    op.drop_index("ix_lead_open_phone", "lead")
    op.execute("DELETE FROM quarantine WHERE door <> 'partner'")
    op.drop_constraint(op.f("ck_quarantine_pushed_or_not"), "quarantine")
    op.drop_constraint(op.f("ck_quarantine_door_known"), "quarantine")
    op.alter_column("quarantine", "external_id", nullable=False)
    op.alter_column("quarantine", "partner_id", nullable=False)
    for name in ("beside", "spam_reasons", "spam_score", "source_id", "door"):
        op.drop_column("quarantine", name)
    for table in ("contact", "lead"):
        op.drop_column(table, "do_not_contact")
    op.drop_table("consent")
    op.drop_table("lead_touch")
