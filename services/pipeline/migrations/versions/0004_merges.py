"""What leads merges: its deals go with it, and come back."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_account", sa.Column("merged_into", sa.Uuid()))
    op.create_index(
        "ix_deal_contact_id", "deal", ["contact_id"], postgresql_where=sa.text("contact_id IS NOT NULL")
    )
    op.create_table(
        "deal_move",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("was", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "field IN ('lead_id', 'account_id', 'contact_id')", name=op.f("ck_deal_move_field")
        ),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_move_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("merge_id", "deal_id", "field", name=op.f("pk_deal_move")),
    )


def downgrade() -> None:
    op.drop_table("deal_move")
    op.drop_index("ix_deal_contact_id", "deal")
    op.drop_column("known_account", "merged_into")
