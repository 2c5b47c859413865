"""The feed knows who sees a record beside its owner."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("feed", sa.Column("member_ids", sa.ARRAY(sa.Uuid())))
    op.add_column("feed", sa.Column("left_member_id", sa.Uuid()))
    op.create_index(
        "ix_feed_member_ids",
        "feed",
        ["member_ids"],
        postgresql_using="gin",
        postgresql_where=sa.text("member_ids IS NOT NULL"),
    )
    op.create_index(
        "ix_feed_left_member_id_position",
        "feed",
        ["left_member_id", "position"],
        postgresql_where=sa.text("left_member_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_feed_left_member_id_position", "feed")
    op.drop_index("ix_feed_member_ids", "feed")
    op.drop_column("feed", "left_member_id")
    op.drop_column("feed", "member_ids")
