"""`/v1/routing`, and who gets a lead."""

from uuid import UUID

from fastapi import Response

from services.leads.lead.schemas import LeadOut, lead_out
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.record import answers
from services.leads.routing import queries
from services.leads.routing.domain import Decision
from services.leads.routing.schemas import (
    Assign,
    AssignBatch,
    AssignBatchOut,
    AssignItem,
    AssignResult,
    RoutingHistory,
    RoutingOut,
    Simulate,
    routing_out,
)
from services.leads.routing.use_cases.assign_leads import Assigned, assign_lead, assign_leads
from services.leads.routing.use_cases.simulate_routing import simulate_routing
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.problem import problem_of
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["routing"])
_ASSIGN = permission("leads:assign")


@router.post(
    "/v1/leads/assign-batch", response_model=AssignBatchOut, openapi_extra=_ASSIGN, summary="Assign leads"
)
async def post_assign_batch(
    body: AssignBatch, connection: Transaction, caller: Caller, now: Now
) -> AssignBatchOut:
    """Up to 1,000 leads: `items` with an owner or without, or `leads` for the rules to decide.

    200 with a result for each lead in order: updated, unchanged (it was there already) or rejected with its
    problem (`lead_not_found`, `reference_unknown`, `no_eligible_owner`, `at_capacity`). Capacities and daily
    limits hold across the batch: leads are given one after the other.
    """
    return AssignBatchOut(
        items=[_result(each) for each in await assign_leads(connection, caller, body.asked(), now=now)]
    )


@router.post(
    "/v1/leads/{lead_id}/assign",
    response_model=LeadOut,
    openapi_extra=_ASSIGN,
    summary="Give the lead an owner",
)
async def post_assign(
    *,
    lead_id: UUID,
    body: Assign = Assign(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The named owner, or whom the routing rules choose; `assignment` says why, `/routing` in full.

    A manager's automatic choice is among the reps of the manager's teams. A rule may put the lead into a
    queue instead. Problems: 404 `lead_not_found`; 409 `no_eligible_owner` with `considered`, the number of
    candidates by what kept them from it, `at_capacity` for a named owner who has as much as may be, unless a
    `reason` is given; 412; 422 `reference_unknown`; 428.
    """
    item = AssignItem(lead_id=lead_id, **body.given())
    lead = await assign_lead(connection, caller, item, seen_version=seen, now=now)
    return answers.one(lead_out(lead))


@router.get(
    "/v1/leads/{lead_id}/routing",
    response_model=RoutingHistory,
    openapi_extra=permission("leads:read"),
    summary="Why the lead went where it is",
)
async def get_routing(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Every decision about the lead, newest first: rules asked with their result, candidates with what kept
    them from it, the choice. Problems: 404 `lead_not_found`."""
    await load_lead(connection, caller, lead_id)
    items = [routing_out(trace) for trace in await queries.traces_of(connection, lead_id)]
    body = {"latest": items[0] if items else None, "items": items}
    return Response(json_body.dumps(body), media_type="application/json")


@router.post(
    "/v1/routing/simulate",
    response_model=RoutingOut,
    openapi_extra=permission("routing:read"),
    summary="Who would get this lead",
)
async def post_simulate(body: Simulate, connection: Reading, caller: Caller, now: Now) -> RoutingOut:
    """A dry run with the rules, absences and loads of now, at `at` where given; nothing is written and
    nobody's turn is taken. Problems: 404 `lead_not_found`; 422."""
    at = body.at or now
    decision = await simulate_routing(connection, caller, lead_id=body.lead_id, fields=body.lead, at=at)
    return _shown(decision, caller.sub, at)


def _shown(decision: Decision, by: str, at: Now) -> RoutingOut:
    names = ("how", "outcome", "member_id", "queue_id", "territory_id", "rule_id", "skill_score", "reason")
    kept = {name: getattr(decision, name) for name in names}
    return RoutingOut(at=at, by=by, rules=list(decision.tried), **kept, **decision.beside)


def _result(assigned: Assigned) -> AssignResult:
    if assigned.refusal is not None or assigned.lead is None or assigned.decision is None:
        problem = problem_of(assigned.refusal) if assigned.refusal else None
        return AssignResult(index=assigned.index, status="rejected", id=assigned.lead_id, problem=problem)
    return AssignResult(
        index=assigned.index,
        status="updated" if assigned.change else "unchanged",
        id=assigned.lead_id,
        outcome=assigned.decision.outcome,
        owner_id=assigned.lead.owner_id,
        queue_id=assigned.lead.queue_id,
        reason=assigned.decision.reason,
    )
