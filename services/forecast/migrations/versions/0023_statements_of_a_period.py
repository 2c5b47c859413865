"""Statements of a period are found by index as of a day, however old the ledger is; and which of a deal's
statements held is read out of the primary key alone."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_DAYS = {"open": "expected_close", "won": "closed_at", "lost": "expected_close"}


def upgrade() -> None:
    for status, day in _DAYS.items():
        _replace(status, [day, "valid_from"])
    _replace_key("INCLUDE (valid_from, known_at)")


def downgrade() -> None:
    _replace_key("")
    for status, day in _DAYS.items():
        _replace(status, [day])


def _replace(status: str, columns: list[str]) -> None:
    op.drop_index(f"ix_deal_fact_{status}", "deal_fact")
    op.create_index(
        f"ix_deal_fact_{status}", "deal_fact", columns, postgresql_where=sa.text(f"status = '{status}'")
    )


def _replace_key(include: str) -> None:
    op.execute(
        "ALTER TABLE deal_fact DROP CONSTRAINT pk_deal_fact, "
        f"ADD CONSTRAINT pk_deal_fact PRIMARY KEY (deal_id, sequence, part) {include}"
    )
