"""Receipts of pushes that changed nothing are kept for 30 days: partners may push everything every night."""

from datetime import datetime, timedelta

from sqlalchemy import delete, literal_column, select

from services.leads.intake.tables import receipt
from shared.messaging.timers import Timer
from shared.persistence.database import Database

KEPT = timedelta(days=30)
_AT_ONCE = 10_000


async def trim_receipts(database: Database, now: datetime) -> None:
    """Delete the old ones a piece at a time."""
    old = (
        select(receipt.c.id)
        .where(receipt.c.status == literal_column("'unchanged'"), receipt.c.received_at < now - KEPT)
        .order_by(receipt.c.received_at)
        .limit(_AT_ONCE)
    )
    while True:
        async with database.reading() as connection:
            gone = await connection.execute(delete(receipt).where(receipt.c.id.in_(old)))
        if gone.rowcount < _AT_ONCE:
            return


TRIM_RECEIPTS = Timer("receipts-trimming", 60 * 60, trim_receipts)
