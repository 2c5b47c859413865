"""Queued leads below `/v1/leads`: the queue itself, claims and leases."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import Request, Response
from sqlalchemy import Row

from services.leads.claim.schemas import Claim, Lease, QueuedLead, Release
from services.leads.claim.use_cases.claim_leads import claim_lead, lease_lead, release_lead
from services.leads.lead.queries import LEADS, shown
from services.leads.lead.schemas import LeadOut, lead_out
from services.leads.lead.scope import queued
from services.leads.record import answers
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/leads", tags=["routing"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")
_QUEUED = replace(
    LEADS, name="queued-leads", default_sort="queued_at", item_fields=tuple(QueuedLead.model_fields)
)


@router.get(
    "/queue",
    response_model=Page[QueuedLead],
    openapi_extra=_READ | _QUEUED.openapi,
    summary="Leads waiting to be claimed",
)
async def list_queued(request: Request, connection: Reading, caller: Caller, now: Now) -> Response:
    """The longest waiting first, unless sorted otherwise; `queue_id=` shows one queue. Reps see those they
    may claim from, others all. `waiting_hours`: by the clock since `queued_at`."""

    def item(row: Row[Any]) -> Mapping[str, Any]:
        lead = shown(row)
        waiting = (now - lead["queued_at"]).total_seconds() / 3600
        return {**lead, "waiting_hours": round(waiting, 2)}

    there = _QUEUED.fields["archived_at"].column.is_(None)
    return await _QUEUED.answer(connection, request, where=[queued(caller), there], to_item=item)


@router.post(
    "/{lead_id}/claim", response_model=LeadOut, openapi_extra=_WRITE, summary="Take a lead out of its queue"
)
async def post_claim(
    *, lead_id: UUID, body: Claim = Claim(), connection: Transaction, caller: Caller, now: Now
) -> Response:
    """The caller owns it from now on. Of many who claim it at once one wins; claiming again changes nothing.

    Problems: 404 `lead_not_found`; 409 `already_claimed`, `lead_leased` with `leased_until`, `at_capacity`
    for who has as many open leads, or got as many today, as may be and gives no `override_reason`.
    """
    return answers.one(lead_out(await claim_lead(connection, caller, lead_id, body.override_reason, now=now)))


@router.post("/{lead_id}/lease", response_model=LeadOut, openapi_extra=_WRITE, summary="Hold a queued lead")
async def post_lease(
    *, lead_id: UUID, body: Lease = Lease(), connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Nobody else may claim it for `minutes` (1 to 60, 15 unless given); once more prolongs it.

    Problems: 404 `lead_not_found`; 409 `already_claimed`, `lead_leased` with `leased_until`.
    """
    return answers.one(lead_out(await lease_lead(connection, caller, lead_id, body.minutes, now=now)))


@router.post("/{lead_id}/release", response_model=LeadOut, openapi_extra=_WRITE, summary="Let a lead go")
async def post_release(
    *, lead_id: UUID, body: Release = Release(), connection: Transaction, caller: Caller, now: Now
) -> Response:
    """What the caller holds is free again; what the caller has claimed goes back to the end of its queue.

    Problems: 404 `lead_not_found`; 409 `not_claimed`.
    """
    return answers.one(lead_out(await release_lead(connection, caller, lead_id, body.reason, now=now)))
