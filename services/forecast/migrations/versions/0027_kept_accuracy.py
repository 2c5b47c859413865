"""What past forecasts knew is kept once their period is over."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

LOOK = ["starts_on", "ends_on", "made_at"]


def _look() -> list[sa.Column[object]]:
    return [
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "accuracy_look",
        *_look(),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint(*LOOK, name=op.f("pk_accuracy_look")),
    )
    op.create_table(
        "accuracy_figure",
        *_look(),
        sa.Column("cut", sa.Text(), nullable=False),
        sa.Column("key", sa.Uuid()),
        sa.Column("bucket", sa.Text(), nullable=False),
        sa.Column("amount", sa.Numeric(), nullable=False),
        sa.ForeignKeyConstraint(
            LOOK,
            [f"accuracy_look.{each}" for each in LOOK],
            ondelete="CASCADE",
            name=op.f("fk_accuracy_figure_starts_on_accuracy_look"),
        ),
    )
    op.create_index("ix_accuracy_figure_look", "accuracy_figure", [*LOOK, "cut"])


def downgrade() -> None:
    op.drop_table("accuracy_figure")
    op.drop_table("accuracy_look")
