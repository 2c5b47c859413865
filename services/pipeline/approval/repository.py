"""Approvals to and from their table."""

from uuid import UUID

from sqlalchemy import FromClause, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.approval.domain import DealApproval
from services.pipeline.approval.tables import approval
from services.pipeline.records import Records

APPROVALS = Records(approval, DealApproval, "approval")
APPROVAL_ROWS: FromClause = approval
"""For the reads of other capabilities: deal_id, gate_id, status, amounts, expires_at."""
_A = approval.c


async def pending(connection: AsyncConnection, deal_id: UUID, gate_id: UUID) -> bool:
    """Whether one waits for this gate of the deal."""
    waits = select(_A.id).where(_A.deal_id == deal_id, _A.gate_id == gate_id, _A.status == "pending")
    return await connection.scalar(waits) is not None
