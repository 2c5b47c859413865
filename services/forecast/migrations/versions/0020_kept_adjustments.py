"""What an adjustment was is kept for ever: snapshots show it."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("""
        CREATE FUNCTION keep_adjustment_state() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'what an adjustment was is kept for ever';
        END $$
    """)
    op.execute("""
        CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON adjustment_state
        FOR EACH ROW EXECUTE FUNCTION keep_adjustment_state()
    """)


def downgrade() -> None:
    op.execute("DROP TRIGGER kept ON adjustment_state")
    op.execute("DROP FUNCTION keep_adjustment_state()")
