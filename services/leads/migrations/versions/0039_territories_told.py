"""Others are told of the territories that are active."""

from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)"
        " SELECT 'territory.tell', '01a00000-0000-7000-8000-000000000000', now(), '{}', 0"
        " WHERE EXISTS (SELECT FROM territory) ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.execute("DELETE FROM agenda_entry WHERE kind = 'territory.tell'")
