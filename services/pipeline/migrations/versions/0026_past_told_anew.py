"""Moves pay nothing for pasts that are told anew, and when a version was recorded is looked up in place."""

from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

CALLED = "recorded_at(n.id, n.updated_at) recorded (at)"
IN_PLACE = """(
    SELECT greatest(n.updated_at, clock_timestamp(), (
        SELECT v.recorded_at FROM deal_version v WHERE v.deal_id = n.id ORDER BY v.seq DESC LIMIT 1))
) recorded (at)"""
ALWAYS = "IF EXISTS (SELECT FROM written n WHERE n.external_id IS NOT NULL) THEN"
# Whoever tells a past anew replaces the passages first.
ANEW = f"IF current_setting('pipeline.history_anew', true) = 'yes' AND {ALWAYS.removeprefix('IF ')}"
NOTE = """
CREATE FUNCTION note_history_anew() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('pipeline.history_anew', 'yes', true);
    RETURN NULL;
END $$
"""
RECORDED_AT = """
CREATE FUNCTION recorded_at(of_deal uuid, stamped timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT greatest(stamped, clock_timestamp(), (
        SELECT recorded_at FROM deal_version WHERE deal_id = of_deal ORDER BY seq DESC LIMIT 1))
$$
"""


def upgrade() -> None:
    op.execute(NOTE)
    op.execute(
        "CREATE TRIGGER note_history_anew AFTER DELETE ON deal_passage "
        "FOR EACH STATEMENT EXECUTE FUNCTION note_history_anew()"
    )
    _rewrite("keep_opened_deals", {CALLED: IN_PLACE})
    _rewrite("keep_changed_deals", {CALLED: IN_PLACE, ALWAYS: ANEW})
    op.execute("DROP FUNCTION recorded_at")


def downgrade() -> None:
    op.execute(RECORDED_AT)
    _rewrite("keep_changed_deals", {IN_PLACE: CALLED, ANEW: ALWAYS})
    _rewrite("keep_opened_deals", {IN_PLACE: CALLED})
    op.execute("DROP TRIGGER note_history_anew ON deal_passage")
    op.execute("DROP FUNCTION note_history_anew")


def _rewrite(function: str, changes: dict[str, str]) -> None:
    """The function with other words in its body; each must be there."""
    query = f"SELECT pg_get_functiondef('{function}'::regproc)"
    body = str(op.get_bind().exec_driver_sql(query).scalar_one())
    for before, after in changes.items():
        if before not in body:
            raise ValueError(f"{function} is not as it was made: {before!r} is missing")
        body = body.replace(before, after)
    op.get_bind().exec_driver_sql(body)
