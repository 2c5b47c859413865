"""The agenda; what of an imported deal's past was never told; how often a close date was put off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "agenda_entry",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("correlation_id", sa.Text()),
        sa.Column("traceparent", sa.Text()),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("last_error", sa.Text()),
        sa.Column("set_aside_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("kind", "subject_id", name=op.f("pk_agenda_entry")),
    )
    op.create_index(
        "ix_agenda_entry_due_at",
        "agenda_entry",
        ["due_at"],
        postgresql_where=sa.text("set_aside_at IS NULL"),
    )
    op.add_column("deal_now", sa.Column("close_pushes", sa.Integer()))
    op.add_column("deal_fact", sa.Column("close_pushes", sa.Integer()))
    op.add_column(
        "deal_fact", sa.Column("reconstructed", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    # The parts of one event are the past an imported deal came with; only the last was told as it stood.
    op.execute("""
        UPDATE deal_fact AS earlier SET reconstructed = true
        WHERE EXISTS (
            SELECT FROM deal_fact AS later
            WHERE later.deal_id = earlier.deal_id AND later.sequence = earlier.sequence
                AND later.part > earlier.part)
    """)


def downgrade() -> None:
    op.drop_column("deal_fact", "reconstructed")
    op.drop_column("deal_fact", "close_pushes")
    op.drop_column("deal_now", "close_pushes")
    op.drop_table("agenda_entry")
