"""Failed tries, by a hash of account and address."""

from sqlalchemy import Column, Index, Integer, LargeBinary, Table

from services.gateway.tables import metadata
from shared.persistence.types import Instant

sign_in_failure = Table(
    "sign_in_failure",
    metadata,
    Column("account_hash", LargeBinary, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("last_at", Instant, nullable=False),
    Index("ix_sign_in_failure_last_at", "last_at"),
)
