"""Rejected rows of files wait in quarantine, and rows know where."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("quarantine", sa.Column("record_kind", sa.Text(), nullable=False, server_default="leads"))
    op.add_column("quarantine", sa.Column("row_number", sa.Integer()))
    op.add_column("quarantine", sa.Column("owner_id", sa.Uuid()))
    op.add_column("quarantine", sa.Column("record_id", sa.Uuid()))
    op.create_index(
        "ix_quarantine_source_id_row_number",
        "quarantine",
        ["source_id", "row_number"],
        postgresql_where=sa.text("row_number IS NOT NULL"),
    )
    op.execute("UPDATE quarantine SET record_id = lead_id WHERE lead_id IS NOT NULL")
    op.add_column("import_row", sa.Column("quarantine_id", sa.Uuid()))


def downgrade() -> None:
    op.drop_column("import_row", "quarantine_id")
    op.drop_index("ix_quarantine_source_id_row_number", "quarantine")
    for name in ("record_id", "owner_id", "row_number", "record_kind"):
        op.drop_column("quarantine", name)
