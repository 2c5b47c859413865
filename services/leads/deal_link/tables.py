"""The replica of deals."""

from sqlalchemy import BigInteger, Column, Index, Table, Text, Uuid, text

from services.leads.record.columns import AMOUNT
from services.leads.tables import metadata
from shared.persistence.types import Instant

known_deal = Table(
    "known_deal",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("owner_id", Uuid),
    Column("lead_id", Uuid),
    Column("account_id", Uuid),
    Column("status", Text, nullable=False),
    Column("base_amount", AMOUNT),
    Column("base_currency", Text),
    Column("closed_at", Instant),
    Column("sequence", BigInteger, nullable=False),
    Index("ix_known_deal_open_owner_id", "owner_id", postgresql_where=text("status = 'open'")),
    Index("ix_known_deal_won_closed_at", "closed_at", postgresql_where=text("status = 'won'")),
    *(
        Index(f"ix_known_deal_{name}", name, postgresql_where=text(f"{name} IS NOT NULL"))
        for name in ("lead_id", "account_id")
    ),
)
