"""Products, pipelines with the default one, deals and their history."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLES = ("deal_passage", "deal", "stage", "product", "pipeline")


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "pipeline",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("checklist", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pipeline")),
    )
    op.create_index(
        "uq_pipeline_default", "pipeline", ["is_default"], unique=True, postgresql_where=sa.text("is_default")
    )
    op.create_table(
        "product",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("family", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=True),
        sa.Column("customer_value", sa.Text(), nullable=True),
        sa.Column("problems_solved", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("list_price", sa.Numeric(), nullable=True),
        sa.Column("list_price_currency", sa.Text(), nullable=True),
        sa.Column("unit_cost", sa.Numeric(), nullable=True),
        sa.Column("unit_cost_currency", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "(list_price IS NULL) = (list_price_currency IS NULL)", name=op.f("ck_product_list_price")
        ),
        sa.CheckConstraint(
            "(unit_cost IS NULL) = (unit_cost_currency IS NULL)", name=op.f("ck_product_unit_cost")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
    )
    op.create_index("ix_product_created_at_id", "product", ["created_at", "id"], unique=False)
    op.create_index("ix_product_name_id", "product", ["name", "id"], unique=False)
    op.create_index(
        "uq_product_source_system_external_id",
        "product",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "stage",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.SmallInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("probability", sa.Numeric(), nullable=True),
        sa.Column("forecast_category", sa.Text(), nullable=False),
        sa.Column("target_days", sa.Integer(), nullable=True),
        sa.Column("supervisor_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_stage_probability")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_stage_pipeline_id_pipeline")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
    )
    op.create_index(
        "uq_stage_pipeline_id_name", "stage", ["pipeline_id", sa.text("lower(name)")], unique=True
    )
    op.create_index("uq_stage_pipeline_id_position", "stage", ["pipeline_id", "position"], unique=True)
    op.create_table(
        "deal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("pipeline_id", sa.Uuid(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("stage_entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("probability", sa.Numeric(), nullable=True),
        sa.Column("probability_manual", sa.Boolean(), nullable=False),
        sa.Column("forecast_category", sa.Text(), nullable=False),
        sa.Column("forecast_category_manual", sa.Boolean(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=True),
        sa.Column("base_amount", sa.Numeric(), nullable=True),
        sa.Column("base_currency", sa.Text(), nullable=True),
        sa.Column("expected_close", sa.Date(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=True),
        sa.Column("contact_id", sa.Uuid(), nullable=True),
        sa.Column("lead_id", sa.Uuid(), nullable=True),
        sa.Column("product_id", sa.Uuid(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("loss_reason", sa.Text(), nullable=True),
        sa.Column("competitor", sa.Text(), nullable=True),
        sa.Column("source_system", sa.Text(), nullable=True),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("(status = 'open') = (closed_at IS NULL)", name=op.f("ck_deal_closed_at")),
        sa.CheckConstraint("status IN ('open', 'won', 'lost')", name=op.f("ck_deal_status")),
        sa.CheckConstraint("(amount IS NULL) = (currency IS NULL)", name=op.f("ck_deal_amount")),
        sa.CheckConstraint(
            "(base_amount IS NULL) = (base_currency IS NULL)", name=op.f("ck_deal_base_amount")
        ),
        sa.CheckConstraint("closed_at >= created_at", name=op.f("ck_deal_closed_after_created")),
        sa.CheckConstraint("probability BETWEEN 0 AND 1", name=op.f("ck_deal_probability")),
        sa.ForeignKeyConstraint(["pipeline_id"], ["pipeline.id"], name=op.f("fk_deal_pipeline_id_pipeline")),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_deal_product_id_product")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_deal_stage_id_stage")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        postgresql_with={"fillfactor": "85"},
    )
    op.create_index("ix_deal_account_id", "deal", ["account_id"], unique=False)
    op.create_index("ix_deal_created_at_id", "deal", ["created_at", "id"], unique=False)
    op.create_index(
        "ix_deal_lead_id", "deal", ["lead_id"], unique=False, postgresql_where=sa.text("lead_id IS NOT NULL")
    )
    op.create_index(
        "ix_deal_name_trgm",
        "deal",
        ["name"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"name": "gin_trgm_ops"},
    )
    op.create_index("ix_deal_owner_id_created_at_id", "deal", ["owner_id", "created_at", "id"], unique=False)
    op.create_index(
        "ix_deal_stage_id_status",
        "deal",
        ["stage_id", "status"],
        unique=False,
        postgresql_include=["owner_id", "base_amount", "base_currency", "probability", "stage_entered_at"],
    )
    op.create_index(
        "ix_deal_status_expected_close_id", "deal", ["status", "expected_close", "id"], unique=False
    )
    op.create_index("ix_deal_updated_at_id", "deal", ["updated_at", "id"], unique=False)
    op.create_index(
        "uq_deal_source_system_external_id",
        "deal",
        ["source_system", "external_id"],
        unique=True,
        postgresql_where=sa.text("external_id IS NOT NULL"),
    )
    op.create_table(
        "deal_passage",
        sa.Column("deal_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Uuid(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probability", sa.Numeric(), nullable=True),
        sa.Column("forecast_category", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.CheckConstraint("left_at >= entered_at", name=op.f("ck_deal_passage_left_after_entered")),
        sa.ForeignKeyConstraint(
            ["deal_id"], ["deal.id"], name=op.f("fk_deal_passage_deal_id_deal"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("deal_id", "position", name=op.f("pk_deal_passage")),
    )
    op.execute(
        """
        INSERT INTO pipeline VALUES
            ('01900000-0000-7000-8000-0000000000b0', 'B2B sales', '[]', true, true, now(), now(), 1, '{}')
        """
    )
    op.execute(
        """
        INSERT INTO stage VALUES
            ('01900000-0000-7000-8000-0000000000b1', '01900000-0000-7000-8000-0000000000b0', 1,
             'Qualification', 0.10, 'pipeline', 14, NULL),
            ('01900000-0000-7000-8000-0000000000b2', '01900000-0000-7000-8000-0000000000b0', 2,
             'Needs analysis', 0.25, 'pipeline', 21, NULL),
            ('01900000-0000-7000-8000-0000000000b3', '01900000-0000-7000-8000-0000000000b0', 3,
             'Proposal', 0.50, 'best_case', 21, NULL),
            ('01900000-0000-7000-8000-0000000000b4', '01900000-0000-7000-8000-0000000000b0', 4,
             'Negotiation', 0.75, 'commit', 14, NULL)
        """
    )


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)
