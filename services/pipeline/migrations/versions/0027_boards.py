"""Where people put the cards of deals."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_deal_version_stage_id_deal_id",
        "deal_version",
        ["stage_id", "deal_id"],
        postgresql_where=sa.text("status = 'open'"),
    )
    op.create_table(
        "deal_place",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("stage_entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rank", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_place_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deal_place")),
    )


def downgrade() -> None:
    op.drop_index("ix_deal_version_stage_id_deal_id", "deal_version")
    op.drop_table("deal_place")
