"""Contacts of deals with the part each plays."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
ROLES = "'decision_maker', 'champion', 'influencer', 'blocker', 'user', 'buyer', 'other'"


def upgrade() -> None:
    op.create_table(
        "deal_contact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("added_by", sa.Text()),
        sa.Column("removed_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_contact_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.CheckConstraint(f"role IN ({ROLES})", name=op.f("ck_deal_contact_role")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_contact")),
    )
    op.create_index(
        "uq_deal_contact_deal_id_contact_id",
        "deal_contact",
        ["deal_id", "contact_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index(
        "ix_deal_contact_contact_id",
        "deal_contact",
        ["contact_id"],
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "deal_contact_move",
        sa.Column("merge_id", sa.Uuid(), nullable=False),
        sa.Column("deal_contact_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["deal_contact_id"],
            ["deal_contact.id"],
            name=op.f("fk_deal_contact_move_deal_contact_id_deal_contact"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("merge_id", "deal_contact_id", name=op.f("pk_deal_contact_move")),
    )


def downgrade() -> None:
    op.drop_table("deal_contact_move")
    op.drop_table("deal_contact")
