"""Responsibilities of sellers, places of accounts; visits and open deals are found by index."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "responsibility",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", _INSTANT, nullable=False),
        sa.Column("ends_at", _INSTANT),
        *(
            sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False)
            for name in ("tasks", "lead_types", "stages")
        ),
        sa.Column("skills", postgresql.JSONB(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.CheckConstraint("ends_at >= starts_at", name=op.f("ck_responsibility_in_order")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_responsibility")),
    )
    op.create_index(
        "ix_responsibility_member_id_starts_at_id", "responsibility", ["member_id", "starts_at", "id"]
    )
    for name in ("latitude", "longitude"):
        op.add_column("account", sa.Column(name, sa.Float()))
    whole = "(latitude IS NULL) = (longitude IS NULL)"
    op.create_check_constraint(op.f("ck_account_place_whole"), "account", whole)
    op.create_index(
        "ix_activity_visit_at",
        "activity",
        [sa.text("coalesce(done_at, started_at)")],
        postgresql_where=sa.text("type = 'visit'"),
    )
    op.create_index(
        "ix_known_deal_open_owner_id",
        "known_deal",
        ["owner_id"],
        postgresql_where=sa.text("status = 'open'"),
    )


def downgrade() -> None:
    op.drop_index("ix_known_deal_open_owner_id", "known_deal")
    op.drop_index("ix_activity_visit_at", "activity")
    op.drop_constraint(op.f("ck_account_place_whole"), "account")
    for name in ("latitude", "longitude"):
        op.drop_column("account", name)
    op.drop_table("responsibility")
