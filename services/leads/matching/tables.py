"""What every record is recognised by, and the rules that compare."""

from sqlalchemy import Boolean, CheckConstraint, Column, Index, Integer, SmallInteger, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from services.leads.matching.domain import KINDS
from services.leads.tables import metadata
from shared.persistence.types import Instant

_KINDS = ", ".join(f"'{kind}'" for kind in KINDS)

BLOCKS = "ix_match_key_blocks"
_PENDING = {"gin_pending_list_limit": 256}
"""kB of new entries that every search reads besides the index; the default is 4 MB."""

match_key = Table(
    "match_key",
    metadata,
    Column("record_id", Uuid, primary_key=True),
    Column("kind", Text, nullable=False),
    *(
        Column(name, Text)
        for name in ("email", "email_domain", "phone", "company", "name", "city", "country")
    ),
    Column("account_id", Uuid),
    Column("active", Boolean, nullable=False),
    CheckConstraint(f"kind IN ({_KINDS})", name="kind_known"),
    *(
        Index(f"ix_match_key_{name}", name, postgresql_where=text(f"active AND {name} IS NOT NULL"))
        for name in ("email", "email_domain", "phone")
    ),
    Index(
        "ix_match_key_account_id",
        "account_id",
        postgresql_where=text("account_id IS NOT NULL"),
    ),
    Index(
        BLOCKS,
        text("match_blocks(kind, name, company, false)"),
        postgresql_using="gin",
        postgresql_with=_PENDING,
        postgresql_where=text("active"),
    ),
)

matching_rule = Table(
    "matching_rule",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("field_versions", JSONB, nullable=False),
    Column("name", Text, nullable=False),
    Column("kinds", ARRAY(Text), nullable=False),
    Column("criteria", JSONB, nullable=False),
    Column("threshold", SmallInteger, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    CheckConstraint("threshold BETWEEN 1 AND 100", name="threshold_of_100"),
    Index("uq_matching_rule_name", text("lower(name)"), unique=True),
)
