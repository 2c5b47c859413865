"""Fields of a deal that are filled in on the way to where it goes."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.edit_deal import Edited, edited
from services.pipeline.deal.use_cases.giving_away import refuse_giving_away
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.valuation import load_valuation
from services.pipeline.deal_field.use_cases.know_fields import with_own_values
from services.pipeline.merging import merged
from shared.contracts.identity import Identity


async def filled(
    connection: AsyncConnection,
    deal: Deal,
    fields: Mapping[str, Any],
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> Edited:
    """The next version of the deal, as an edit makes it; not written yet.

    Refuses with `version_conflict`, `reference_unknown`, `rate_missing`, `forbidden`.
    """
    if not fields:
        return Edited(deal)
    fields = await with_own_values(connection, fields)
    wanted = await merged(connection, deal, fields, seen_version=seen_version)
    await refuse_giving_away(connection, deal, wanted, caller)
    await know_references(connection, wanted)
    valuation = await load_valuation(connection, [wanted["amount"]]) if "amount" in wanted else None
    return edited(deal, wanted, valuation, caller, now=now)
