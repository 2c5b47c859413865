"""The team of a deal, and how its revenue is split."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for name in ("team_ids", "editor_ids"):
        op.add_column("deal", sa.Column(name, sa.ARRAY(sa.Uuid())))
    op.create_index(
        "ix_deal_team_ids",
        "deal",
        ["team_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("team_ids IS NOT NULL"),
    )
    op.create_table(
        "deal_member",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("access", sa.Text(), nullable=False),
        sa.Column("added_by", sa.Text(), nullable=False),
        sa.Column("left_at", INSTANT),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        _of_deal("deal_member"),
        sa.CheckConstraint("access IN ('read', 'edit')", name=op.f("ck_deal_member_access")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_member")),
    )
    op.create_index(
        "uq_deal_member_deal_id_member_id",
        "deal_member",
        ["deal_id", "member_id"],
        unique=True,
        postgresql_where=sa.text("left_at IS NULL"),
    )
    op.create_table(
        "deal_split",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("percent", sa.Numeric(), nullable=False),
        _of_deal("deal_split"),
        sa.CheckConstraint("kind IN ('revenue', 'overlay')", name=op.f("ck_deal_split_kind")),
        sa.CheckConstraint("percent > 0 AND percent <= 1000", name=op.f("ck_deal_split_percent")),
        sa.PrimaryKeyConstraint("deal_id", "kind", "member_id", name=op.f("pk_deal_split")),
    )
    op.create_index("ix_deal_split_member_id", "deal_split", ["member_id"])


def _of_deal(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["deal_id"], ["deal.id"], name=op.f(f"fk_{table}_deal_id_deal"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("deal_split", "deal_member"):
        op.drop_table(table)
    op.drop_index("ix_deal_team_ids", "deal")
    for name in ("editor_ids", "team_ids"):
        op.drop_column("deal", name)
