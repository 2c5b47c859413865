"""Categories of leads and the rules for them; what is known of a lead's fit; how often it was worked on."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_SEED = (
    ("qualified", "Qualified", "Worth selling to, as far as we know."),
    ("unqualified", "Unqualified", "Not ready to buy."),
    ("price_problem", "Problem with the price", "Would buy, were it not for the price."),
    ("other", "Other", "Anything else."),
)


def _record() -> list[sa.Column[Any]]:
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("updated_at", _INSTANT, nullable=False),
        sa.Column("archived_at", _INSTANT),
    ]


def _lead_columns() -> list[sa.Column[Any]]:
    return [
        sa.Column("category_by", sa.Text()),
        sa.Column("target_customer", sa.Boolean()),
        sa.Column("do_not_pursue", sa.Boolean(), nullable=False, server_default="false"),
        sa.Column("activity_count", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("last_activity_at", _INSTANT),
    ]


def upgrade() -> None:
    for column in _lead_columns():
        op.add_column("lead", column)
    op.create_index(
        "ix_lead_category_id",
        "lead",
        ["category", "id"],
        postgresql_where=sa.text("category IS NOT NULL"),
    )
    op.create_table(
        "lead_category",
        *_record(),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text()),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lead_category")),
        sa.UniqueConstraint("key", name="uq_lead_category_key"),
    )
    op.create_table(
        "category_rule",
        *_record(),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category_rule")),
    )
    _seed()
    _what_leads_have()


def _seed() -> None:
    connection = op.get_bind()
    for position, (key, name, description) in enumerate(_SEED, 1):
        connection.execute(
            sa.text("""
                INSERT INTO lead_category
                    (id, version, field_versions, created_at, updated_at, key, name, description, position)
                VALUES (CAST(:id AS uuid), 1, '{}', now(), now(), :key, :name, :description, :position)
            """),
            {
                "id": f"0198c5a0-0000-7000-8000-0000000000c{position}",
                "key": key,
                "name": name,
                "description": description,
                "position": position * 10,
            },
        )


def _what_leads_have() -> None:
    """Words that leads were given before there was a catalogue are in it, archived; a member set them."""
    op.execute("""
        INSERT INTO lead_category
            (id, version, field_versions, created_at, updated_at, archived_at, key, name, position)
        SELECT gen_random_uuid(), 1, '{}', now(), now(), now(), category, category, 1000
        FROM (SELECT DISTINCT category FROM lead WHERE category IS NOT NULL) used
        ON CONFLICT (key) DO NOTHING
    """)
    op.execute("UPDATE lead SET category_by = 'member' WHERE category IS NOT NULL")
    op.execute("""
        UPDATE lead SET activity_count = done.times, last_activity_at = done.last_at FROM (
            SELECT lead_id, count(*) AS times, max(least(coalesce(done_at, started_at), now())) AS last_at
            FROM activity WHERE lead_id IS NOT NULL AND (done_at <= now() OR started_at <= now())
            GROUP BY lead_id
        ) done WHERE done.lead_id = lead.id
    """)


def downgrade() -> None:
    op.drop_table("category_rule")
    op.drop_table("lead_category")
    op.drop_index("ix_lead_category_id", "lead")
    for column in reversed(_lead_columns()):
        op.drop_column("lead", column.name)
