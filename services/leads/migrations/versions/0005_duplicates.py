"""What records are recognised by, rules and policies, the queue of duplicates, and merges."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def _criterion(field: str, comparison: str, weight: int, least: float, blank: str) -> dict[str, object]:
    return {
        "field": field,
        "comparison": comparison,
        "weight": weight,
        "min_similarity": least,
        "blank": blank,
    }


_PEOPLE = ["lead-lead", "lead-contact", "contact-contact"]
_RULES = [
    (
        "01a00000-0000-7000-8000-000000000001", "Same e-mail", _PEOPLE, 100, True,
        [("email", "exact", 1, 0.85, "mismatch")],
    ),
    (
        "01a00000-0000-7000-8000-000000000002", "Same phone, no other name", _PEOPLE, 80, True,
        [("phone", "exact", 60, 0.85, "mismatch"), ("name", "fuzzy", 40, 0.75, "ignore")],
    ),
    (
        "01a00000-0000-7000-8000-000000000003", "Same person at the same company", _PEOPLE, 85, True,
        [("name", "fuzzy", 60, 0.85, "mismatch"), ("company", "fuzzy", 40, 0.8, "mismatch")],
    ),
    (
        "01a00000-0000-7000-8000-000000000004", "Same company", ["account-account"], 90, True,
        [("company", "fuzzy", 1, 0.9, "mismatch")],
    ),
    (
        "01a00000-0000-7000-8000-000000000005", "Lead of a known company", ["lead-account"], 95, False,
        [("company", "fuzzy", 1, 0.9, "mismatch")],
    ),
]  # fmt: skip


def upgrade() -> None:
    for table in ("contact", "account"):
        op.add_column(table, sa.Column("merged_into", sa.Uuid()))
    _match_key()
    _matching_rule()
    _candidates()


def _match_key() -> None:
    op.create_table(
        "match_key",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        *(
            sa.Column(name, sa.Text())
            for name in ("email", "email_domain", "phone", "company", "name", "city", "country")
        ),
        sa.Column("account_id", sa.Uuid()),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('lead', 'contact', 'account')", name=op.f("ck_match_key_kind_known")),
        sa.PrimaryKeyConstraint("record_id", name=op.f("pk_match_key")),
    )
    for name in ("email", "email_domain", "phone"):
        op.create_index(
            f"ix_match_key_{name}",
            "match_key",
            [name],
            postgresql_where=sa.text(f"active AND {name} IS NOT NULL"),
        )
    op.create_index(
        "ix_match_key_account_id",
        "match_key",
        ["account_id"],
        postgresql_where=sa.text("account_id IS NOT NULL"),
    )
    op.create_index(
        "ix_match_key_words",
        "match_key",
        [sa.text("name gin_trgm_ops"), sa.text("company gin_trgm_ops")],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=sa.text("active"),
    )
    op.create_index(
        "ix_match_key_account_company",
        "match_key",
        [sa.text("company gin_trgm_ops")],
        postgresql_using="gin",
        postgresql_with={"gin_pending_list_limit": 256},
        postgresql_where=sa.text("active AND kind = 'account'"),
    )
    op.execute(
        "INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)"
        " SELECT 'matching.fill', '01a00000-0000-7000-8000-000000000000', now(), '{}', 0"
        " WHERE EXISTS (SELECT FROM lead) OR EXISTS (SELECT FROM contact) OR EXISTS (SELECT FROM account)"
    )


def _matching_rule() -> None:
    rule = op.create_table(
        "matching_rule",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("field_versions", postgresql.JSONB(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kinds", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("criteria", postgresql.JSONB(), nullable=False),
        sa.Column("threshold", sa.SmallInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("threshold BETWEEN 1 AND 100", name=op.f("ck_matching_rule_threshold_of_100")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_rule")),
    )
    op.create_index("uq_matching_rule_name", "matching_rule", [sa.text("lower(name)")], unique=True)
    insert = sa.text(
        f"INSERT INTO {rule.name} (id, version, field_versions, name, kinds, criteria, threshold, active,"
        " created_at, updated_at) VALUES (CAST(:id AS uuid), 1, '{}', :name, CAST(:kinds AS text[]),"
        " CAST(:criteria AS jsonb), CAST(:threshold AS smallint), CAST(:active AS boolean), now(), now())"
    ).bindparams(
        sa.bindparam("kinds", type_=postgresql.ARRAY(sa.Text())), sa.bindparam("criteria", type_=sa.Text())
    )
    for rule_id, name, kinds, threshold, active, criteria in _RULES:
        written = json.dumps([_criterion(*each) for each in criteria])
        op.get_bind().execute(
            insert,
            {
                "id": rule_id,
                "name": name,
                "kinds": kinds,
                "criteria": written,
                "threshold": threshold,
                "active": active,
            },
        )


def _candidates() -> None:
    op.create_table(
        "duplicate_candidate",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("a_kind", sa.Text(), nullable=False),
        sa.Column("a_id", sa.Uuid(), nullable=False),
        sa.Column("b_kind", sa.Text(), nullable=False),
        sa.Column("b_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("score", sa.SmallInteger(), nullable=False),
        sa.Column("rule_id", sa.Uuid(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True)),
        sa.Column("decided_by", sa.Text()),
        sa.Column("merge_id", sa.Uuid()),
        sa.CheckConstraint(
            "status IN ('open', 'merged', 'dismissed', 'linked')",
            name=op.f("ck_duplicate_candidate_status_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_candidate")),
    )
    op.create_index("uq_duplicate_candidate_pair", "duplicate_candidate", ["a_id", "b_id"], unique=True)
    op.create_index("ix_duplicate_candidate_b_id", "duplicate_candidate", ["b_id"])
    op.create_index("ix_duplicate_candidate_found_at_id", "duplicate_candidate", ["found_at", "id"])
    op.create_index("ix_duplicate_candidate_status_score", "duplicate_candidate", ["status", "score", "id"])
    op.create_index(
        "ix_duplicate_candidate_merge_id",
        "duplicate_candidate",
        ["merge_id"],
        postgresql_where=sa.text("merge_id IS NOT NULL"),
    )
    op.create_table(
        "duplicate_scan",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("found", sa.Integer(), nullable=False),
        sa.Column("last_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_by", sa.Text()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("status IN ('running', 'done')", name=op.f("ck_duplicate_scan_status_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duplicate_scan")),
    )
    op.create_index(
        "uq_duplicate_scan_running",
        "duplicate_scan",
        ["status"],
        unique=True,
        postgresql_where=sa.text("status = 'running'"),
    )


def downgrade() -> None:
    for table in ("duplicate_scan", "duplicate_candidate", "matching_rule", "match_key"):
        op.drop_table(table)
    for table in ("account", "contact"):
        op.drop_column(table, "merged_into")
