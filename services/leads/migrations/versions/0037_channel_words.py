"""By which words channels are called, and what becomes of unknown ones."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "channel",
        sa.Column("aliases", postgresql.ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")),
    )
    op.create_table(
        "channel_word",
        sa.Column("word", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_channel_word")),
    )
    op.create_index("ix_channel_word_key", "channel_word", ["key"])
    for column in ("key", "name"):
        op.execute(
            f"INSERT INTO channel_word SELECT DISTINCT ON (lower({column})) lower({column}), key FROM channel"
            f" WHERE archived_at IS NULL ORDER BY lower({column}), created_at ON CONFLICT DO NOTHING"
        )
    op.create_table(
        "channel_settings",
        sa.Column("sole", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Text(), nullable=False),
        sa.CheckConstraint("sole", name=op.f("ck_channel_settings_one_row")),
        sa.CheckConstraint("unknown IN ('keep', 'refuse')", name=op.f("ck_channel_settings_unknown_known")),
        sa.PrimaryKeyConstraint("sole", name=op.f("pk_channel_settings")),
    )


def downgrade() -> None:
    op.drop_table("channel_settings")
    op.drop_index("ix_channel_word_key", "channel_word")
    op.drop_table("channel_word")
    op.drop_column("channel", "aliases")
