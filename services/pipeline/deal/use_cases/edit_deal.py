"""Some fields of a deal get other values."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.giving_away import refuse_giving_away, refuse_outside_limits
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.valuation import Valuation, load_valuation
from services.pipeline.deal_field.use_cases.know_fields import with_own_values
from services.pipeline.merging import merged
from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True)
class Edited:
    """A deal and what to tell of it; nothing when nothing is new. Not written yet."""

    deal: Deal
    envelopes: tuple[Envelope, ...] = ()


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
    valuation = await load_valuation(connection, [wanted["amount"]]) if "amount" in wanted else None
    edit = edited(deal, wanted, valuation, caller, now=now)
    await repository.save(connection, [edit.deal] if edit.envelopes else [], edit.envelopes)
    return edit.deal


def edited(
    deal: Deal, wanted: Mapping[str, Any], valuation: Valuation | None, caller: Identity, *, now: datetime
) -> Edited:
    """The deal with these values, as it is written at `now`; `valuation` when an amount is among them.

    Refuses with `outside_limits`.
    """
    if "amount" in wanted and valuation is not None:
        refuse_outside_limits(deal, wanted["amount"], caller)
        wanted = {**wanted, "base_amount": valuation.base(wanted["amount"], deal.closed_at or now)}
    after, event = deal.edit(wanted)
    if after is deal:
        return Edited(deal)
    after = repository.stamped(after, now)
    return Edited(after, (fact(event, after.id, after.version, now),))
