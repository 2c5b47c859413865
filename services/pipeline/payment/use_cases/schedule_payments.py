"""The payments of a deal are scheduled, and what has come is recorded."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.payment import repository
from services.pipeline.payment.domain import Expected, scheduled
from shared.contracts.events.pipeline_deal import DealPaymentsChanged
from shared.contracts.identity import Identity
from shared.web.merge import require_version


async def schedule_payments(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    expected: Sequence[Expected],
    *,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The deal, whose payments are these from now on; the same ones change nothing.

    Refuses with `deal_not_found`, `version_conflict`, `currency_mismatch`, `reference_unknown`,
    `validation_failed`.
    """
    deal = await hold_deal(connection, deal_id, caller)
    version = await repository.version_of(connection, deal_id)
    if seen_version is not None:
        require_version(version, seen_version)
    known = await repository.payments_of(connection, deal_id)
    payments = scheduled(expected, known, now=now)
    if set(payments) == set(known):
        return deal
    await repository.save(connection, deal_id, payments, version=version + 1, now=now)
    told = tuple(each.as_published() for each in payments)
    return await note_on_deal(connection, deal, DealPaymentsChanged, now=now, payments=told)
