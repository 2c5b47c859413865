"""What is said of a closing."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.closing.domain import Closing
from services.pipeline.closing.repository import CLOSINGS
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import DealClosingChanged
from shared.contracts.identity import Identity
from shared.web.merge import require_version

_A_DAY = timedelta(days=1)


async def set_closing(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Closing:
    """The closing as it is from now on. Refuses with `deal_not_found`, `version_conflict`, and with
    `validation_failed` a signing date that lies ahead: a contract is signed when it is signed."""
    _refuse_future(values, now)
    deal = await hold_deal(connection, deal_id, caller)
    before = await CLOSINGS.find(connection, deal_id)
    if before is None:
        if seen_version:
            require_version(0, seen_version)
        after = Closing(id=deal_id, created_at=now, updated_at=now, **values)
        await CLOSINGS.add(connection, after)
    else:
        changes = await merged(connection, before, values, seen_version=seen_version)
        if not changes:
            return before
        after = advanced(before, changes, now)
        await CLOSINGS.save(connection, after)
    await note_on_deal(connection, deal, DealClosingChanged, now=now)
    return after


def _refuse_future(values: Mapping[str, Any], now: datetime) -> None:
    """A day may have begun elsewhere."""
    signed = values.get("signing_date")
    if signed is not None and signed > (now + _A_DAY).date():
        detail = "The contract is not signed yet; say the date when it is."
        raise DomainError("validation_failed", detail, [FieldError("/signing_date", "in_the_future", detail)])
