"""What records became part of, for deals that name them later."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_merge",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("merged_into", sa.Uuid()),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_record_merge")),
    )


def downgrade() -> None:
    op.drop_table("record_merge")
