"""What gates ask for: needs, objections, closings, checklists and approvals of deals."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

JSON = postgresql.JSONB(astext_type=sa.Text())
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deal_need",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("tags", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("urgency", sa.Text()),
        sa.Column("current_solution", sa.Text()),
        sa.Column("withdrawn_at", INSTANT),
        sa.Column("recorded_by", sa.Text()),
        *_kept(),
        _of_deal("deal_need"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_need")),
    )
    op.create_index("ix_deal_need_deal_id_created_at", "deal_need", ["deal_id", "created_at"])
    op.create_table(
        "objection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("script", sa.Text()),
        sa.Column("resolved_at", INSTANT),
        sa.Column("recorded_by", sa.Text()),
        *_kept(),
        _of_deal("objection"),
        sa.CheckConstraint(
            "kind IN ('price', 'timing', 'competitor', 'trust', 'fit', 'other')",
            name=op.f("ck_objection_kind"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_objection")),
    )
    op.create_index("ix_objection_deal_id_created_at", "objection", ["deal_id", "created_at"])
    op.create_table(
        "closing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("negotiation_notes", sa.Text()),
        sa.Column("agreed_terms", sa.Text()),
        sa.Column("contract_number", sa.Text()),
        sa.Column("contract_version", sa.Text()),
        sa.Column("signing_date", sa.Date()),
        sa.Column("signer_id", sa.Uuid()),
        *_kept(),
        sa.ForeignKeyConstraint(["id"], ["deal.id"], name=op.f("fk_closing_id_deal"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closing")),
    )
    op.create_table(
        "deal_task",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("result_came", sa.Boolean()),
        sa.Column("note", sa.Text()),
        sa.Column("by", sa.Text()),
        sa.Column("at", INSTANT, nullable=False),
        _of_deal("deal_task"),
        sa.PrimaryKeyConstraint("deal_id", "task_id", name=op.f("pk_deal_task")),
    )
    op.create_table(
        "approval",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("gate_id", sa.Uuid(), nullable=False),
        sa.Column("gate", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("comment", sa.Text()),
        sa.Column("amount", sa.Numeric()),
        sa.Column("currency", sa.Text()),
        sa.Column("base_amount", sa.Numeric()),
        sa.Column("base_currency", sa.Text()),
        sa.Column("approver_role", sa.Text()),
        sa.Column("approver_id", sa.Uuid()),
        sa.Column("requested_by", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text()),
        sa.Column("decided_at", INSTANT),
        sa.Column("decision", sa.Text()),
        sa.Column("expires_at", INSTANT),
        *_kept(),
        _of_deal("approval"),
        sa.CheckConstraint(
            "status IN ('pending', 'approved', 'rejected', 'expired')", name=op.f("ck_approval_status")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index("ix_approval_deal_id_created_at", "approval", ["deal_id", "created_at"])
    op.create_index("ix_approval_status_created_at_id", "approval", ["status", "created_at", "id"])
    op.create_index(
        "ix_approval_expires_at",
        "approval",
        ["expires_at"],
        postgresql_where=sa.text("status = 'approved'"),
    )
    op.create_index(
        "uq_approval_deal_id_gate_id",
        "approval",
        ["deal_id", "gate_id"],
        unique=True,
        postgresql_where=sa.text("status = 'pending'"),
    )


def _kept() -> list[sa.Column[object]]:
    return [
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", JSON, nullable=False),
    ]


def _of_deal(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["deal_id"], ["deal.id"], name=op.f(f"fk_{table}_deal_id_deal"), ondelete="CASCADE"
    )


def downgrade() -> None:
    for table in ("approval", "deal_task", "closing", "objection", "deal_need"):
        op.drop_table(table)
