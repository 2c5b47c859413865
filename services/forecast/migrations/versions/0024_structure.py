"""Who was in which team when. What is known now counts as always having been so, until it is told again."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name, *own in (
        ("member_fact", sa.Column("team_id", sa.Uuid), sa.Column("role", sa.Text, nullable=False)),
        ("team_fact", sa.Column("parent_id", sa.Uuid), sa.Column("name", sa.Text, nullable=False)),
    ):
        op.create_table(
            name,
            sa.Column("id", sa.Uuid, nullable=False),
            sa.Column("sequence", sa.Integer, nullable=False),
            sa.Column("valid_from", sa.TIMESTAMP(timezone=True), nullable=False),
            sa.Column("known_at", sa.TIMESTAMP(timezone=True), nullable=False),
            sa.Column("active", sa.Boolean, nullable=False),
            *own,
            sa.PrimaryKeyConstraint("id", "sequence", name=op.f(f"pk_{name}")),
        )
    op.execute("""
        INSERT INTO member_fact (id, sequence, valid_from, known_at, active, team_id, role)
        SELECT id, sequence, '-infinity', '-infinity', active, team_id, role FROM known_member
    """)
    op.execute("""
        INSERT INTO team_fact (id, sequence, valid_from, known_at, active, parent_id, name)
        SELECT id, sequence, '-infinity', '-infinity', active, parent_id, name FROM known_team
    """)


def downgrade() -> None:
    op.drop_table("team_fact")
    op.drop_table("member_fact")
