"""What must be known before a call."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "prep_form",
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("required", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.CheckConstraint("sole", name=op.f("ck_prep_form_one_row")),
        sa.PrimaryKeyConstraint("sole", name=op.f("pk_prep_form")),
    )


def downgrade() -> None:
    op.drop_table("prep_form")
