"""Working hours and closed days are the organisation's: known here as other services know them.

What was set here counts until the organisation says something else.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("known_organisation", sa.Column("working_hours", postgresql.JSONB()))
    none = sa.text("'{}'")
    op.add_column(
        "known_organisation",
        sa.Column("closed_days", postgresql.ARRAY(sa.Date()), nullable=False, server_default=none),
    )
    op.execute("""
        UPDATE known_organisation SET
            working_hours = (SELECT week FROM working_hours LIMIT 1),
            closed_days = ARRAY(SELECT day FROM closed_day ORDER BY day)
    """)
    op.drop_table("closed_day")
    op.drop_table("working_hours")


def downgrade() -> None:
    op.create_table(
        "working_hours",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.Column("week", postgresql.JSONB()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_working_hours")),
    )
    op.create_table(
        "closed_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text()),
        sa.CheckConstraint("char_length(name) BETWEEN 1 AND 200", name=op.f("ck_closed_day_name_length")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_closed_day")),
    )
    op.execute("""
        INSERT INTO working_hours (id, version, field_versions, created_at, updated_at, week)
        SELECT '01900000-0000-7000-8000-000000000001', 1, '{}', now(), now(),
            (SELECT working_hours FROM known_organisation LIMIT 1)
    """)
    op.execute("""
        INSERT INTO closed_day (day, name)
        SELECT unnest(closed_days), 'closed' FROM known_organisation
    """)
    op.drop_column("known_organisation", "closed_days")
    op.drop_column("known_organisation", "working_hours")
