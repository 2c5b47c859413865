"""Pipelines as data: gates, tasks and scripts of stages, versions kept, changes that deals follow."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
EMPTY = sa.text("'[]'")


def upgrade() -> None:
    for name, default in (("skipping_allowed", True), ("override_allowed", False)):
        op.add_column(
            "pipeline", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.text(str(default)))
        )
    for name in ("win_gates", "lose_gates"):
        op.add_column("pipeline", sa.Column(name, JSON, nullable=False, server_default=EMPTY))
    op.add_column("stage", sa.Column("rotting_days", sa.Integer()))
    op.add_column("stage", sa.Column("script", sa.Text()))
    op.add_column("stage", sa.Column("playbook_url", sa.Text()))
    for name in ("entry_gates", "exit_gates", "checklist", "actions"):
        op.add_column("stage", sa.Column(name, JSON, nullable=False, server_default=EMPTY))
    op.add_column(
        "stage", sa.Column("removed", sa.Boolean(), nullable=False, server_default=sa.text("false"))
    )
    op.add_column("stage", sa.Column("successor_id", sa.Uuid()))
    op.drop_index("uq_stage_pipeline_id_position", "stage")
    op.drop_index("uq_stage_pipeline_id_name", "stage")
    op.create_index("ix_stage_pipeline_id_position", "stage", ["pipeline_id", "position"])
    op.create_index(
        "ix_stage_supervisor_id",
        "stage",
        ["supervisor_id"],
        postgresql_where=sa.text("supervisor_id IS NOT NULL"),
    )
    op.add_column(
        "deal", sa.Column("pipeline_version", sa.Integer(), nullable=False, server_default=sa.text("1"))
    )
    op.create_table(
        "pipeline_version",
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("body", JSON, nullable=False),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_pipeline_version_pipeline_id_pipeline")
        ),
        sa.PrimaryKeyConstraint("pipeline_id", "version", name=op.f("pk_pipeline_version")),
    )
    op.execute(
        """
        INSERT INTO pipeline_version (pipeline_id, version, at, by, body)
        SELECT p.id, p.version, p.updated_at, NULL, jsonb_build_object(
            'id', p.id, 'name', p.name, 'active', p.active, 'is_default', p.is_default,
            'skipping_allowed', true, 'override_allowed', false, 'win_gates', '[]'::jsonb,
            'lose_gates', '[]'::jsonb, 'checklist', p.checklist, 'version', p.version, 'stages', (
                SELECT jsonb_agg(jsonb_build_object(
                    'id', s.id, 'name', s.name, 'position', s.position, 'probability', s.probability::text,
                    'forecast_category', s.forecast_category, 'target_days', s.target_days,
                    'rotting_days', NULL, 'supervisor_id', s.supervisor_id, 'script', NULL,
                    'playbook_url', NULL, 'entry_gates', '[]'::jsonb, 'exit_gates', '[]'::jsonb,
                    'checklist', '[]'::jsonb, 'actions', '[]'::jsonb) ORDER BY s.position)
                FROM stage s WHERE s.pipeline_id = p.id))
        FROM pipeline p
        """
    )
    op.create_table(
        "pipeline_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("stage_ids", postgresql.ARRAY(sa.Uuid()), nullable=False),
        sa.Column("was_called", JSON, nullable=False),
        sa.Column("apply_probabilities", sa.Boolean(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("last_deal_id", sa.Uuid(), nullable=True),
        sa.Column("by", sa.Text(), nullable=True),
        sa.Column("correlation_id", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('running', 'done')", name=op.f("ck_pipeline_change_status")),
        sa.ForeignKeyConstraint(
            ["pipeline_id"], ["pipeline.id"], name=op.f("fk_pipeline_change_pipeline_id_pipeline")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline_change")),
    )
    op.create_index("ix_pipeline_change_pipeline_id_id", "pipeline_change", ["pipeline_id", "id"])
    op.create_index(
        "ix_pipeline_change_running",
        "pipeline_change",
        ["started_at"],
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    op.drop_table("pipeline_change")
    op.drop_table("pipeline_version")
    op.drop_column("deal", "pipeline_version")
    op.drop_index("ix_stage_supervisor_id", "stage")
    op.drop_index("ix_stage_pipeline_id_position", "stage")
    # A removed stage may have the place and the name of another one.
    op.execute("UPDATE stage SET name = name || ' ' || id, position = -position WHERE removed")
    op.execute(
        """
        UPDATE stage SET position = placed.place FROM (SELECT id, row_number() OVER (
            PARTITION BY pipeline_id ORDER BY removed, abs(position), id) AS place FROM stage) placed
        WHERE placed.id = stage.id
        """
    )
    for name in ("successor_id", "removed", "actions", "checklist", "exit_gates", "entry_gates"):
        op.drop_column("stage", name)
    for name in ("playbook_url", "script", "rotting_days"):
        op.drop_column("stage", name)
    op.create_index("uq_stage_pipeline_id_position", "stage", ["pipeline_id", "position"], unique=True)
    op.create_index(
        "uq_stage_pipeline_id_name", "stage", ["pipeline_id", sa.text("lower(name)")], unique=True
    )
    for name in ("lose_gates", "win_gates", "override_allowed", "skipping_allowed"):
        op.drop_column("pipeline", name)
