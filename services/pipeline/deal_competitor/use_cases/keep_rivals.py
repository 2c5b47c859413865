"""A competitor is met in a deal, gets ahead or behind, was not there after all."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_deal, note_on_deal
from services.pipeline.deal_competitor.domain import DealCompetitor
from services.pipeline.deal_competitor.queries import competitor_of
from services.pipeline.deal_competitor.repository import MET, met, standing_for
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import (
    AboutCompetitor,
    DealCompetitorAdded,
    DealCompetitorChanged,
    DealCompetitorRemoved,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def meet_competitor(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> UUID:
    """The competitor met, which is what the one named is part of now. Refuses with `deal_not_found`,
    `reference_unknown`, `already_on_deal`."""
    deal = await hold_deal(connection, deal_id, caller)
    competitor_id = await standing_for(connection, values["competitor_id"])
    if competitor_id is None:
        detail = "There is no such competitor; enter it by POST /v1/competitors."
        error = FieldError("/competitor_id", "reference_unknown", detail)
        raise DomainError("reference_unknown", detail, [error])
    if await met(connection, deal_id, competitor_id):
        raise DomainError("already_on_deal", "The competitor is on the deal; PATCH it there.")
    await _add(connection, deal, competitor_id, caller, values, now=now)
    return competitor_id


async def change_rival(
    connection: AsyncConnection,
    deal_id: UUID,
    competitor_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It stands otherwise. One that only the deal's text names is recorded by this. Refuses with
    `deal_not_found`, `deal_competitor_not_found`, `version_conflict`."""
    deal = await hold_deal(connection, deal_id, caller)
    known = await met(connection, deal_id, competitor_id)
    if not known:
        await competitor_of(connection, deal_id, competitor_id)
        require_version(0, seen_version or 0)
        await _add(connection, deal, competitor_id, caller, fields, now=now)
        return
    before = known[0]
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if changes:
        after = advanced(before, changes, now)
        await MET.save(connection, after)
        await _tell(connection, deal, DealCompetitorChanged, competitor_id, after, now=now)


async def remove_rival(
    connection: AsyncConnection,
    deal_id: UUID,
    competitor_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is not met any more, under none of its spellings. Refuses with `deal_not_found`,
    `deal_competitor_not_found`, `version_conflict`."""
    deal = await hold_deal(connection, deal_id, caller)
    known = await met(connection, deal_id, competitor_id)
    if not known:
        raise MET.missing()
    if seen_version is not None:
        require_version(known[0].version, seen_version)
    for each in known:
        await MET.save(connection, advanced(each, {"removed_at": now}, now))
    await _tell(connection, deal, DealCompetitorRemoved, competitor_id, known[0], now=now)


async def _add(
    connection: AsyncConnection,
    deal: Deal,
    competitor_id: UUID,
    caller: Identity,
    values: Mapping[str, Any],
    *,
    now: datetime,
) -> None:
    added = DealCompetitor(
        id=new_id(),
        deal_id=deal.id,
        recorded_by=caller.sub,
        created_at=now,
        updated_at=now,
        **{**values, "competitor_id": competitor_id},
    )
    await MET.add(connection, added)
    await _tell(connection, deal, DealCompetitorAdded, competitor_id, added, now=now)


async def _tell(
    connection: AsyncConnection,
    deal: Deal,
    kind: type[AboutCompetitor],
    competitor_id: UUID,
    rival: DealCompetitor,
    *,
    now: datetime,
) -> None:
    await note_on_deal(
        connection, deal, kind, now=now, competitor_id=competitor_id, competitor_status=rival.status
    )
