"""The way of a deal beside it, by when stages were entered and deals closed; where deals came from."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)
EMPTY = sa.text("'{}'")
OF_ACCOUNTS = ("country", "industry", "segment")


def upgrade() -> None:
    op.add_column(
        "deal", sa.Column("path", postgresql.ARRAY(sa.Uuid()), nullable=False, server_default=EMPTY)
    )
    op.add_column(
        "deal", sa.Column("path_at", postgresql.ARRAY(INSTANT), nullable=False, server_default=EMPTY)
    )
    op.execute("ALTER TABLE deal DISABLE TRIGGER USER")
    op.execute(
        """
        UPDATE deal SET path = went.path, path_at = went.path_at
        FROM (
            SELECT deal_id,
                array_agg(CASE WHEN outcome IS NULL THEN stage_id END ORDER BY position) AS path,
                array_agg(entered_at ORDER BY position) AS path_at
            FROM deal_passage GROUP BY deal_id
        ) AS went
        WHERE went.deal_id = deal.id
        """
    )
    op.execute("ALTER TABLE deal ENABLE TRIGGER USER")
    op.create_index("ix_deal_closed_at", "deal", ["closed_at"], postgresql_where="closed_at IS NOT NULL")
    op.create_index("ix_deal_passage_entered_at", "deal_passage", ["entered_at"])
    for name in OF_ACCOUNTS:
        op.add_column("known_account", sa.Column(name, sa.Text()))
    op.create_table(
        "deal_origin",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("lead_created_at", INSTANT, nullable=False),
        sa.Column("first_contact_at", INSTANT),
        sa.Column("channel", sa.Text()),
        sa.Column("category", sa.Text()),
        sa.Column("country", sa.Text()),
        sa.Column("industry", sa.Text()),
        sa.Column("segment", sa.Text()),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_origin_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", name=op.f("pk_deal_origin")),
    )


def downgrade() -> None:
    op.drop_table("deal_origin")
    for name in OF_ACCOUNTS:
        op.drop_column("known_account", name)
    op.drop_index("ix_deal_passage_entered_at", "deal_passage")
    op.drop_index("ix_deal_closed_at", "deal")
    op.drop_column("deal", "path_at")
    op.drop_column("deal", "path")
