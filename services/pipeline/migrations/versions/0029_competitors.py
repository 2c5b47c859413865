"""The register of competitors, and whom deals meet."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "competitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False),
        *(
            sa.Column(name, sa.Text())
            for name in ("website", "products", "prices", "strengths", "weaknesses", "notes")
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("merged_into", sa.Uuid()),
        *_kept(),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competitor")),
    )
    op.create_index("ix_competitor_name_id", "competitor", ["name", "id"])
    op.create_table(
        "competitor_spelling",
        sa.Column("spelling", sa.Text(), nullable=False),
        sa.Column("competitor_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["competitor_id"],
            ["competitor.id"],
            name=op.f("fk_competitor_spelling_competitor_id_competitor"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("spelling", name=op.f("pk_competitor_spelling")),
    )
    op.create_index("ix_competitor_spelling_competitor_id", "competitor_spelling", ["competitor_id"])
    op.create_table(
        "deal_competitor",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("competitor_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Text()),
        sa.Column("weaknesses", sa.Text()),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("removed_at", INSTANT),
        *_kept(),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_competitor_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["competitor_id"], ["competitor.id"], name=op.f("fk_deal_competitor_competitor_id_competitor")
        ),
        sa.CheckConstraint(
            "status IN ('competing', 'ahead', 'behind', 'out')", name=op.f("ck_deal_competitor_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_competitor")),
    )
    op.create_index(
        "uq_deal_competitor_deal_id_competitor_id",
        "deal_competitor",
        ["deal_id", "competitor_id"],
        unique=True,
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_index("ix_deal_competitor_competitor_id", "deal_competitor", ["competitor_id"])


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
    ]


def downgrade() -> None:
    for table in ("deal_competitor", "competitor_spelling", "competitor"):
        op.drop_table(table)
