"""Every state a deal ever had, kept by the database, with what is known of the time before."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("name", sa.Text()),
        sa.Column("status", sa.Text()),
        sa.Column("pipeline_id", sa.Uuid()),
        sa.Column("stage_id", sa.Uuid()),
        sa.Column("stage_entered_at", INSTANT),
        sa.Column("pipeline_version", sa.Integer()),
        sa.Column("probability", sa.Numeric()),
        sa.Column("probability_manual", sa.Boolean()),
        sa.Column("forecast_category", sa.Text()),
        sa.Column("forecast_category_manual", sa.Boolean()),
        sa.Column("amount", sa.Numeric()),
        sa.Column("currency", sa.Text()),
        sa.Column("base_amount", sa.Numeric()),
        sa.Column("base_currency", sa.Text()),
        sa.Column("expected_close", sa.Date()),
        sa.Column("closed_at", INSTANT),
        sa.Column("owner_id", sa.Uuid()),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("lead_id", sa.Uuid()),
        sa.Column("product_id", sa.Uuid()),
        sa.Column("source", sa.Text()),
        sa.Column("loss_reason", sa.Text()),
        sa.Column("competitor", sa.Text()),
        sa.Column("source_system", sa.Text()),
        sa.Column("external_id", sa.Text()),
        sa.Column("created_at", INSTANT),
        sa.Column("updated_at", INSTANT),
        sa.Column("version", sa.Integer()),
    ]


NAMES = tuple(column.name for column in _kept())
COLUMNS = ", ".join(NAMES)
MORE = f"to_jsonb(n) - '{{{','.join(('id', 'field_versions', *NAMES))}}}'::text[]"
# How a deal stood at a turn of its history. Where it was known to be in that stage, its chances stay.
TOLD = {
    "status": "t.status",
    "stage_id": "t.stage_id",
    "pipeline_id": "coalesce(t.pipeline_id, n.pipeline_id)",
    "stage_entered_at": "CASE WHEN t.stood AND t.status <> 'open' THEN was.stage_entered_at "
    "ELSE t.stage_entered_at END",
    "closed_at": "t.closed_at",
    "probability": "CASE WHEN t.stood THEN was.probability ELSE t.probability END",
    "forecast_category": "CASE WHEN t.stood THEN was.forecast_category ELSE t.forecast_category END",
    "probability_manual": "t.stood AND was.probability_manual",
    "forecast_category_manual": "t.stood AND was.forecast_category_manual",
    "loss_reason": "CASE WHEN t.ended THEN n.loss_reason WHEN t.status = 'lost' THEN was.loss_reason END",
}
OF_THIS_VERSION = ("created_at", "updated_at", "version", "source_system", "external_id")


def _told(name: str) -> str:
    known = f"CASE WHEN was.deal_id IS NULL THEN n.{name} ELSE was.{name} END"
    if name in OF_THIS_VERSION:
        return f"n.{name}"
    return f"CASE WHEN t.there THEN {TOLD[name]} ELSE {known} END" if name in TOLD else known


# The past of a deal that comes with one, or is told anew: a state for each turn of its history, from the
# first on that is other than what was known. Stage and outcome are those of the passages; the other fields
# are as they were known to be then. Before its first passage a deal was not there.
PAST = f"""
WITH told AS (SELECT * FROM written n WHERE %(has_a_past)s), turn AS (
    SELECT p.deal_id, p.entered_at AS at FROM deal_passage p JOIN told ON told.id = p.deal_id
    UNION
    SELECT v.deal_id, v.valid_from FROM deal_version v JOIN told ON told.id = v.deal_id
    WHERE v.valid_to > v.valid_from
), state AS (
    SELECT turn.at, turn.deal_id, p.position IS NOT NULL AS there, ended.so AS ended, place.pipeline_id,
        CASE WHEN ended.so THEN n.status ELSE coalesce(p.outcome, 'open') END AS status,
        CASE WHEN ended.so THEN n.stage_id ELSE p.stage_id END AS stage_id,
        CASE WHEN ended.so THEN n.stage_entered_at ELSE p.entered_at END AS stage_entered_at,
        CASE WHEN ended.so THEN n.closed_at WHEN p.outcome IS NOT NULL THEN p.entered_at END AS closed_at,
        CASE WHEN ended.so THEN n.probability ELSE p.probability END AS probability,
        CASE WHEN ended.so THEN n.forecast_category ELSE p.forecast_category END AS forecast_category
    FROM turn JOIN told n ON n.id = turn.deal_id
    CROSS JOIN LATERAL (SELECT n.status <> 'open' AND turn.at >= n.closed_at) ended (so)
    LEFT JOIN LATERAL (
        SELECT * FROM deal_passage p WHERE p.deal_id = turn.deal_id AND p.entered_at <= turn.at
        ORDER BY p.position DESC LIMIT 1
    ) p ON true
    LEFT JOIN stage place ON place.id = p.stage_id
), compared AS (
    SELECT state.*, v.seq AS was_seq,
        v.there IS TRUE AND v.status = state.status AND v.stage_id = state.stage_id AS stood,
        v.there IS TRUE AND state.there AND v.created_at = n.created_at
            AND v.status = state.status AND v.stage_id = state.stage_id
            AND (v.stage_entered_at = state.stage_entered_at OR state.status <> 'open')
            AND v.closed_at IS NOT DISTINCT FROM state.closed_at AS agrees
    FROM state JOIN told n ON n.id = state.deal_id
    LEFT JOIN deal_version v
        ON v.deal_id = state.deal_id AND v.valid_from <= state.at AND v.valid_to > state.at
), t AS (
    SELECT *, lead(at) OVER (PARTITION BY deal_id ORDER BY at) AS next, at >= min(at)
        FILTER (WHERE NOT agrees) OVER (PARTITION BY deal_id) AS fresh
    FROM compared
), overruled AS (
    UPDATE deal_version v SET valid_to = greatest(v.valid_from, first.at)
    FROM (SELECT deal_id, min(at) AS at FROM t WHERE fresh GROUP BY deal_id) first
    WHERE v.deal_id = first.deal_id AND v.valid_to > first.at
)
INSERT INTO deal_version (deal_id, valid_from, valid_to, recorded_at, there, more, {COLUMNS})
SELECT n.id, t.at, coalesce(t.next, 'infinity'), recorded.at, t.there,
    CASE WHEN was.deal_id IS NULL THEN {MORE} ELSE was.more END,
    {", ".join(map(_told, NAMES))}
FROM t JOIN told n ON n.id = t.deal_id
LEFT JOIN deal_version was ON was.deal_id = t.deal_id AND was.seq = t.was_seq
CROSS JOIN LATERAL recorded_at(n.id, n.updated_at) recorded (at)
WHERE t.fresh AND t.at < %(until)s ORDER BY n.id, t.at;
"""

# What was just written holds from `since` on, and overrules all that was known of the time after.
PRESENT = f"""
WITH said AS MATERIALIZED (
    SELECT n.id, %(since)s AS since, recorded.at AS recorded_at, {MORE} AS more,
        {", ".join(f"n.{name}" for name in NAMES)}
    FROM %(rows)s CROSS JOIN LATERAL recorded_at(n.id, n.updated_at) recorded (at)
), overruled AS (
    UPDATE deal_version v SET valid_to = greatest(v.valid_from, said.since)
    FROM said WHERE v.deal_id = said.id AND v.valid_to > said.since
)
INSERT INTO deal_version (deal_id, valid_from, valid_to, recorded_at, there, more, {COLUMNS})
SELECT id, since, 'infinity', recorded_at, true, more, {COLUMNS} FROM said;
"""
BEGAN = "least(n.updated_at, CASE WHEN n.status = 'open' THEN n.stage_entered_at ELSE n.closed_at END)"
HAPPENED = """CASE
            WHEN n.closed_at IS DISTINCT FROM o.closed_at THEN least(n.closed_at, n.updated_at)
            WHEN n.version > o.version THEN n.updated_at ELSE recorded.at END"""
BROUGHT = "(n.status <> 'open' OR n.stage_entered_at > n.created_at)"
RETOLD = "n.external_id IS NOT NULL"
ARRIVING = {"has_a_past": BROUGHT, "until": BEGAN}
FUNCTIONS = (
    """
CREATE FUNCTION recorded_at(of_deal uuid, stamped timestamptz) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT greatest(stamped, clock_timestamp(), (
        SELECT recorded_at FROM deal_version WHERE deal_id = of_deal ORDER BY seq DESC LIMIT 1))
$$
""",
    f"""
CREATE FUNCTION keep_opened_deals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written n WHERE {BROUGHT}) THEN
        {PAST % ARRIVING}
    END IF;
    {PRESENT % {"since": BEGAN, "rows": "written n"}}
    RETURN NULL;
END $$
""",
    f"""
CREATE FUNCTION keep_changed_deals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM written n WHERE {RETOLD}) THEN
        {PAST % {"has_a_past": RETOLD, "until": "n.updated_at"}}
    END IF;
    {PRESENT % {"since": HAPPENED, "rows": "written n JOIN before o ON o.id = n.id AND n IS DISTINCT FROM o"}}
    RETURN NULL;
END $$
""",
    """
CREATE TRIGGER keep_opened AFTER INSERT ON deal REFERENCING NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION keep_opened_deals()
""",
    """
CREATE TRIGGER keep_changed AFTER UPDATE ON deal REFERENCING OLD TABLE AS before NEW TABLE AS written
FOR EACH STATEMENT EXECUTE FUNCTION keep_changed_deals()
""",
)

# What was before: the facts told of each deal hold its whole state, the first one its history.
SAID = {
    **{name: f"(d.data ->> '{name}')::{{}}" for name in NAMES},
    **{name: f"(d.data -> '{name}' ->> 'amount')::numeric" for name in ("amount", "base_amount")},
    "currency": "d.data -> 'amount' ->> 'currency'",
    "base_currency": "d.data -> 'base_amount' ->> 'currency'",
    "probability_manual": "false",
    "forecast_category_manual": "false",
    "pipeline_version": "coalesce((d.data ->> 'pipeline_version')::integer, 1)",
    "updated_at": "d.told_at",
    "version": "d.version",
}
EARLIER = {
    "status": "'open'",
    "stage_id": "(p.passage ->> 'stage_id')::uuid",
    "stage_entered_at": "(p.passage ->> 'entered_at')::timestamptz",
    "probability": "(p.passage ->> 'probability')::numeric",
    "forecast_category": "p.passage ->> 'forecast_category'",
    **dict.fromkeys(("closed_at", "loss_reason"), "NULL"),
}


def _backfill() -> tuple[str, ...]:
    types = {column.name: str(column.type.compile(dialect=op.get_bind().dialect)) for column in _kept()}
    said = {name: SAID[name].format(types[name]) for name in NAMES}
    said |= {
        name: f"CASE WHEN p.passage IS NULL THEN {said[name]} ELSE {EARLIER[name]} END" for name in EARLIER
    }
    now = [
        f"CASE WHEN p.passage IS NULL AND n.id IS NOT NULL THEN n.{name} ELSE {said[name]} END"
        for name in NAMES
    ]
    return (
        f"""
    INSERT INTO deal_version (deal_id, valid_from, valid_to, recorded_at, there, more, {COLUMNS})
    SELECT d.deal_id, CASE
            WHEN p.passage IS NOT NULL THEN (p.passage ->> 'entered_at')::timestamptz
            WHEN d.closed_at IS NOT NULL AND d.closes THEN d.closed_at
            WHEN d.opens THEN (d.data ->> 'stage_entered_at')::timestamptz
            ELSE d.at END,
        'infinity', d.told_at, true, '{{}}', {", ".join(now)}
    FROM (
        SELECT aggregate_id AS deal_id, aggregate_version AS version, created_at AS told_at,
            envelope -> 'data' AS data, (envelope ->> 'time')::timestamptz AS at,
            (envelope -> 'data' ->> 'closed_at')::timestamptz AS closed_at,
            type = 'pipeline.deal.opened' AS opens,
            type = 'pipeline.deal.opened' OR envelope -> 'data' -> 'changed' ? 'closed_at' AS closes
        FROM outbox WHERE topic = 'pipeline.deal'
    ) d
    JOIN deal ON deal.id = d.deal_id
    LEFT JOIN deal n ON n.id = d.deal_id AND n.version = d.version
    CROSS JOIN LATERAL (
        SELECT h.passage, h.ordinality
        FROM jsonb_array_elements(d.data -> 'history') WITH ORDINALITY h (passage, ordinality)
        WHERE d.opens AND (d.closed_at IS NOT NULL OR h.ordinality < jsonb_array_length(d.data -> 'history'))
        UNION ALL SELECT NULL, 1000000
    ) p
    ORDER BY d.deal_id, d.version, p.ordinality
    """,
        """
    UPDATE deal_version v SET valid_to = greatest(v.valid_from, ends.at)
    FROM (
        SELECT deal_id, seq, min(valid_from) OVER (
            PARTITION BY deal_id ORDER BY seq ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING) AS at
        FROM deal_version
    ) ends
    WHERE ends.deal_id = v.deal_id AND ends.seq = v.seq AND ends.at IS NOT NULL
    """,
        """
    CREATE TEMPORARY TABLE written AS
        SELECT * FROM deal d WHERE NOT EXISTS (SELECT FROM deal_version v WHERE v.deal_id = d.id)
    """,
        PAST % ARRIVING,
        PRESENT % {"since": BEGAN, "rows": "written n"},
        "DROP TABLE written",
    )


def upgrade() -> None:
    op.create_table(
        "deal_version",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("valid_from", INSTANT, nullable=False),
        sa.Column("valid_to", INSTANT, nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.Column("there", sa.Boolean(), nullable=False),
        sa.Column("more", postgresql.JSONB(), nullable=False),
        *_kept(),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_version_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "seq", name=op.f("pk_deal_version")),
        postgresql_with={"fillfactor": "90"},
    )
    for statement in (*FUNCTIONS, *_backfill()):
        op.execute(statement)
    op.create_index("ix_deal_version_created_at_deal_id", "deal_version", ["created_at", "deal_id"])


def downgrade() -> None:
    op.execute("DROP TRIGGER keep_changed ON deal")
    op.execute("DROP TRIGGER keep_opened ON deal")
    op.execute("DROP FUNCTION keep_changed_deals, keep_opened_deals, recorded_at(uuid, timestamptz)")
    op.drop_table("deal_version")
