"""A manager steps into a running deal of those answered for."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.know_references import know_references
from services.pipeline.deal.use_cases.note_on_deal import hold_own, note_on_deal
from services.pipeline.intervention.domain import Intervention, least_after, refuse_crossed
from services.pipeline.intervention.repository import add
from services.pipeline.merging import merged
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import DealIntervened
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def intervene(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    reason: str,
    largest_discount: Decimal | None,
    seen_version: int | None,
    now: datetime,
) -> tuple[Intervention, Deal]:
    """The intervention and the deal after it. Refuses with `deal_not_found`, `forbidden`, `deal_not_open`,
    `version_conflict`, `reference_unknown`, `validation_failed`, and with `state_conflict` what is so."""
    deal = await hold_own(connection, deal_id, caller)
    deal.must_be_open()
    wanted = dict(fields)
    if largest_discount is not None:
        wanted["least_amount"] = least_after(largest_discount, deal.amount)
    changes = await merged(connection, deal, wanted, seen_version=seen_version)
    if not changes:
        raise DomainError("state_conflict", "The deal is so already.")
    refuse_crossed(
        changes.get("least_amount", deal.least_amount), changes.get("most_amount", deal.most_amount)
    )
    await know_references(connection, changes)
    made = Intervention(
        id=new_id(),
        deal_id=deal_id,
        reason=reason,
        changes={
            name: to_jsonable_python({"from": getattr(deal, name), "to": value})
            for name, value in changes.items()
        },
        intervened_by=caller.sub,
        created_at=now,
    )
    await add(connection, made)
    after = await note_on_deal(
        connection, deal, DealIntervened, now=now, fields=changes, intervention_id=made.id
    )
    return made, after
