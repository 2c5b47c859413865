"""A member takes a suggestion as a lead, or says why not; the filter learns from it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.lead.use_cases.take_in_leads import Arrival, take_in_leads
from services.leads.member.use_cases.check_owners import owner_of_new
from services.leads.record.domain import Change, Draft
from services.leads.suggestion.domain import JUDGE, Suggestion, SuggestionError
from services.leads.suggestion.repository import SUGGESTIONS
from services.leads.suggestion.schemas import Accept
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context
from shared.web.merge import require_version

_COPIED = ("company", "email", "phone", "country")


async def load_suggestion(
    connection: AsyncConnection, suggestion_id: UUID, *, lock: bool = False
) -> Suggestion:
    """The suggestion. Refuses with `suggestion_not_found`. `lock`: until the transaction ends."""
    found = await SUGGESTIONS.find(connection, suggestion_id, true(), lock=lock)
    if found is None:
        raise SuggestionError("suggestion_not_found", "There is no such suggestion.")
    return found


async def accept_suggestion(
    connection: AsyncConnection,
    identity: Identity,
    suggestion_id: UUID,
    body: Accept,
    *,
    seen_version: int | None,
    now: datetime,
) -> Suggestion:
    """The suggestion with the new lead, which is a rep's own when a rep takes it. Needs a transaction.

    Refuses with `duplicate_found` what the policy of its source keeps out.
    """
    suggestion = await _locked(connection, suggestion_id, seen_version)
    arrival = _arrival(suggestion, body, identity, now)
    (lead,) = await take_in_leads(
        connection, [arrival], now=now, identity=identity, allow_duplicates=body.allow_duplicate
    )
    if isinstance(lead, DuplicateFound):
        raise lead
    return await _decided(connection, suggestion, suggestion.accept(lead.id, by=identity.sub, now=now))


async def reject_suggestion(
    connection: AsyncConnection,
    identity: Identity,
    suggestion_id: UUID,
    reason: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> Suggestion:
    """The suggestion, put aside with the reason. Needs a transaction."""
    suggestion = await _locked(connection, suggestion_id, seen_version)
    return await _decided(connection, suggestion, suggestion.reject(reason, by=identity.sub, now=now))


async def _locked(connection: AsyncConnection, suggestion_id: UUID, seen_version: int | None) -> Suggestion:
    suggestion = await load_suggestion(connection, suggestion_id, lock=True)
    suggestion.check_open()
    if seen_version is not None:
        require_version(suggestion.version, seen_version)
    return suggestion


async def _decided(connection: AsyncConnection, before: Suggestion, change: Change[Suggestion]) -> Suggestion:
    await SUGGESTIONS.save(connection, [Draft(before, (change,))], event_context(SOURCE))
    await plan_work(connection, [Due(JUDGE, new_id(), change.at)])
    return change.after


def _arrival(suggestion: Suggestion, body: Accept, identity: Identity, now: datetime) -> Arrival:
    """We looked for it, by the network; what the member says goes before what the listener said."""
    said = "\n".join(part for part in (suggestion.text, suggestion.url) if part)
    known = {name: value for name in _COPIED if (value := getattr(suggestion, name)) is not None}
    values = {
        "name": suggestion.author,
        "origin": "active",
        "source": suggestion.network,
        "channel": "social",
        "notes": said[:10_000],
        **known,
        **body.values(),
    }
    touch = {"kind": "social", "at": min(suggestion.posted_at, now), "url": suggestion.url}
    return Arrival(values, origin={"owner_id": owner_of_new(identity, None)}, touch=touch)
