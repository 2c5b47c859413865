"""Whose turn it is, and the trace of every decision."""

from sqlalchemy import BigInteger, Column, Index, Numeric, Table, Text, Uuid, text

from services.leads.tables import metadata
from shared.persistence.types import Instant, Json

# The line of those who get leads: the smallest `turn` got one longest ago.
assignment_turn = Table(
    "assignment_turn",
    metadata,
    Column("member_id", Uuid, primary_key=True),
    Column("last_assigned_at", Instant, nullable=False),
    Column("turn", BigInteger, nullable=False, server_default="0"),
)

routing_trace = Table(
    "routing_trace",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("lead_id", Uuid, nullable=False),
    Column("at", Instant, nullable=False),
    Column("how", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("member_id", Uuid),
    Column("queue_id", Uuid),
    Column("territory_id", Uuid),
    Column("rule_id", Uuid),
    Column("skill_score", Numeric(5, 4)),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_routing_trace_lead_id_at_id", "lead_id", "at", "id"),
    Index("ix_routing_trace_member_id_at", "member_id", "at", postgresql_where=text("member_id IS NOT NULL")),
    Index("ix_routing_trace_at_id", "at", "id"),
)
