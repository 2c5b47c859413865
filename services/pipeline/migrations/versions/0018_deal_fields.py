"""The organisation's own fields of deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deal_field",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("options", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("minimum", sa.Numeric()),
        sa.Column("maximum", sa.Numeric()),
        sa.Column("pattern", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("indexed", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "type IN ('text', 'number', 'integer', 'boolean', 'date', 'enum', 'multi_enum', 'money', "
            "'member', 'url')",
            name=op.f("ck_deal_field_type"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_field")),
    )
    op.create_index("uq_deal_field_key", "deal_field", ["key"], unique=True)


def downgrade() -> None:
    op.drop_table("deal_field")
