"""Reasons to and from their table."""

from sqlalchemy import FromClause, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.loss_reason.domain import MOST_REASONS, LossReason, Reasons
from services.pipeline.loss_reason.tables import loss_reason
from services.pipeline.records import Rows

REASONS = Rows(loss_reason, LossReason, "loss_reason")
REASON_ROWS: FromClause = loss_reason
"""For the reads of other capabilities: id, key, label, outcome."""


async def load(connection: AsyncConnection, version: int) -> Reasons:
    """All reasons in their order."""
    query = select(loss_reason).order_by(loss_reason.c.position, loss_reason.c.key).limit(MOST_REASONS)
    return Reasons([REASONS.read(row) for row in (await connection.execute(query)).mappings()], version)


async def hold_all(connection: AsyncConnection) -> None:
    """No other change of the reasons until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("loss_reason", 0))))
