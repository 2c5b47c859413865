"""Some fields of a deal get other values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.giving_away import refuse_giving_away
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.deal_field.use_cases.know_fields import with_own_values
from services.pipeline.merging import merged
from shared.contracts.identity import Identity


async def edit_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    fields: Mapping[str, Any],
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The deal after the edit; an amount is valued anew, at the rate of the closing or of today.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `reference_unknown`, `rate_missing`,
    `forbidden`.
    """
    deal = (await repository.get(connection, deal_id, caller, lock=True)).deal
    fields = await with_own_values(connection, fields)
    wanted = await merged(connection, deal, fields, seen_version=seen_version)
    await refuse_giving_away(connection, deal, wanted, caller)
    await know_references(connection, wanted)
    if "amount" in wanted:
        valuation = await load_valuation(connection, [wanted["amount"]])
        wanted["base_amount"] = valuation.base(wanted["amount"], deal.closed_at or now)
    after, event = deal.edit(wanted)
    if after is deal:
        return deal
    after = repository.stamped(after, now)
    await repository.save(connection, [after], [fact(event, deal_id, after.version, now)])
    return after
