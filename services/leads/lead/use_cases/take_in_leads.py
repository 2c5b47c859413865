"""Leads that came by themselves: through a form, by mail or call, or released from quarantine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue.use_cases.name_channels import with_any_channel
from services.leads.consent.domain import Consent, after_all
from services.leads.consent.use_cases.record_consent import hearsay_beside
from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.lead import repository
from services.leads.lead.domain import Lead, LeadError, first_touch, new_lead
from services.leads.lead.use_cases.screen_leads import Screening
from services.leads.record.domain import Change, Draft
from services.leads.tables import SOURCE
from services.leads.touch.use_cases.keep_touches import touches_beside
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


@dataclass(frozen=True, slots=True)
class Arrival:
    """One lead as it came. `touch`: what is known of the way beside the lead's own fields."""

    values: Mapping[str, Any]
    origin: Mapping[str, Any] = field(default_factory=dict)
    touch: Mapping[str, Any] = field(default_factory=dict)
    consents: Sequence[Consent] = ()


async def take_in_leads(
    connection: AsyncConnection,
    arrivals: Sequence[Arrival],
    *,
    now: datetime,
    identity: Identity | None = None,
    allow_duplicates: bool = False,
) -> list[Lead | DuplicateFound]:
    """The new leads in order, with their touches and consent, written by one statement. Needs a transaction.

    In the place of one that the policy of its source keeps out stands why, unless `allow_duplicates`, with
    what it looks like as far as `identity` may see that.
    Refuses one that nothing names, and with `external_id_taken` one whose reference another lead has.
    """
    if not arrivals:
        return []
    named = [replace(each, values=with_any_channel(connection, each.values)) for each in arrivals]
    made = [_made(each, now, let_in=allow_duplicates) for each in named]
    screening = Screening(connection, identity, off=allow_duplicates)
    refused = await screening.refusals([change.after for change in made])
    coming = [
        (change, each) for change, each in zip(made, arrivals, strict=True) if change.after.id not in refused
    ]
    if coming:
        await _write(connection, coming)
    return [refused.get(change.after.id, change.after) for change in made]


async def _write(connection: AsyncConnection, coming: Sequence[tuple[Change[Lead], Arrival]]) -> None:
    created = [change for change, _ in coming]
    touches = [first_touch(change.after, **each.touch) for change, each in coming]
    said = [(change.after.id, one) for change, each in coming for one in each.consents]
    written = await repository.insert_new(
        connection,
        [Draft(None, (change,)) for change in created],
        event_context(SOURCE),
        [*touches_beside(touches), *hearsay_beside(said)],
    )
    if len(written) < len(created):
        detail = "Another record has this external_id of this source_system."
        raise LeadError(
            "external_id_taken", detail, [FieldError("/external_id", "external_id_taken", detail)]
        )


def _made(arrival: Arrival, now: datetime, *, let_in: bool) -> Change[Lead]:
    origin = {**arrival.origin, "do_not_contact": after_all((), arrival.consents)}
    return new_lead(new_id(), arrival.values, now=now, origin=origin, let_in=let_in)
