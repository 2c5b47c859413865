"""The planner knows what blocks cost: it asks the index for them, also while the table is small."""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

_FUNCTION = "match_blocks(text, text, text, boolean)"


def upgrade() -> None:
    op.execute(f"ALTER FUNCTION {_FUNCTION} COST 10000")


def downgrade() -> None:
    op.execute(f"ALTER FUNCTION {_FUNCTION} COST 100")
