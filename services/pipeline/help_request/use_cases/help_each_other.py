"""Help with a deal is asked for, given, and done with."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.repository import is_own
from services.pipeline.deal.use_cases.note_on_deal import hold_to_read, note_on_deal
from services.pipeline.help_request.domain import HelpRequest
from services.pipeline.help_request.repository import HELP_REQUESTS
from services.pipeline.members import know_seers
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import (
    AboutHelp,
    DealHelpAnswered,
    DealHelpClosed,
    DealHelpRequested,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def ask_for_help(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    question: str,
    *,
    asked_ids: Sequence[UUID],
    now: datetime,
) -> HelpRequest:
    """The open request. Refuses with `deal_not_found`, `reference_unknown`, `cannot_see_deal`."""
    deal = await hold_to_read(connection, deal_id, caller)
    named = {f"/asked_ids/{index}": member_id for index, member_id in enumerate(asked_ids)}
    await know_seers(connection, named, deal)
    request = HelpRequest(
        id=new_id(),
        deal_id=deal_id,
        question=question,
        asked_by=caller.sub,
        asked_ids=tuple(asked_ids),
        created_at=now,
        updated_at=now,
    )
    await HELP_REQUESTS.add(connection, request)
    await _tell(connection, deal, DealHelpRequested, request, now=now)
    return request


async def answer_help(
    connection: AsyncConnection,
    deal_id: UUID,
    request_id: UUID,
    caller: Identity,
    answer: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> HelpRequest:
    """The request, answered. Refuses with `deal_not_found`, `help_request_not_found`, `version_conflict`,
    `forbidden`, `state_conflict`."""
    deal = await hold_to_read(connection, deal_id, caller)
    request = await _seen(connection, deal_id, request_id, seen_version)
    changes = request.answered(answer, caller, now)
    return await _change(connection, deal, request, changes, DealHelpAnswered, now=now)


async def close_help(
    connection: AsyncConnection,
    deal_id: UUID,
    request_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> HelpRequest:
    """The request, done with. Refuses as `answer_help`, and with `forbidden` who has neither asked nor is
    on the owner's side."""
    deal = await hold_to_read(connection, deal_id, caller)
    request = await _seen(connection, deal_id, request_id, seen_version)
    if caller.sub != request.asked_by and not await is_own(connection, deal_id, caller):
        raise DomainError("forbidden", "It is closed by who has asked, or by the deal's owner.")
    changes = request.closed(caller, now)
    return await _change(connection, deal, request, changes, DealHelpClosed, now=now)


async def _seen(
    connection: AsyncConnection, deal_id: UUID, request_id: UUID, seen_version: int | None
) -> HelpRequest:
    request = await HELP_REQUESTS.get(connection, deal_id, request_id)
    if seen_version is not None:
        require_version(request.version, seen_version)
    return request


async def _change(
    connection: AsyncConnection,
    deal: Deal,
    before: HelpRequest,
    changes: Mapping[str, Any],
    kind: type[AboutHelp],
    *,
    now: datetime,
) -> HelpRequest:
    after = advanced(before, changes, now)
    await HELP_REQUESTS.save(connection, after)
    await _tell(connection, deal, kind, after, now=now)
    return after


async def _tell(
    connection: AsyncConnection, deal: Deal, kind: type[AboutHelp], request: HelpRequest, *, now: datetime
) -> None:
    await note_on_deal(
        connection,
        deal,
        kind,
        now=now,
        help_request_id=request.id,
        asked_by=request.asked_by,
        asked_ids=request.asked_ids,
    )
