"""`/v1/routing-rules`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.routing_rule import queries
from services.leads.routing_rule.domain import RoutingRule
from services.leads.routing_rule.schemas import Order, RuleCreate, RuleOut, RulePatch, Rules, rule_out
from services.leads.routing_rule.use_cases.keep_rules import (
    KEPT,
    add_rule,
    edit_rule,
    find_rule,
    reorder_rules,
)
from services.leads.setting_history.history_route import add_history
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/routing-rules", tags=["routing"], dependencies=[WithCaller])
_READ = permission("routing:read")
_WRITE = permission("routing:write")


@router.get(
    "", response_model=Page[RuleOut], openapi_extra=_READ | queries.RULES.openapi, summary="Routing rules"
)
async def list_rules(request: Request, connection: Reading, _: Caller) -> Response:
    """In the order they are asked. Behind them all stands one that is built in: the rep who got a lead
    longest ago among all eligible reps, and the default queue when there is none."""
    there = queries.RULES.table.c.archived_at.is_(None)
    return await queries.RULES.answer(connection, request, where=[there], to_item=queries.shown)


@router.post("", response_model=RuleOut, status_code=201, openapi_extra=_WRITE, summary="Add a routing rule")
async def post_rule(body: RuleCreate, connection: SingleStatement, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag; the next lead is routed by it.

    Problems: 422 `expression_invalid` with `line`, `column` and `position` of the fault, `reference_unknown`
    (a member, team or queue), `validation_failed`.
    """
    return _one(await add_rule(connection, caller, body.values(), now=now), created_at="/v1/routing-rules")


@router.put("/order", response_model=Rules, openapi_extra=_WRITE, summary="Put the rules in order")
async def put_order(body: Order, connection: Transaction, _: Caller, now: Now) -> Response:
    """Every rule's id in the order they are to be asked. Problems: 412; 422 (not all, or unknown)."""
    rules = await reorder_rules(connection, body.ids, now=now)
    shown = {"items": [rule_out(rule) for rule in rules]}
    return Response(json_body.dumps(shown), media_type="application/json")


@router.get("/{rule_id}", response_model=RuleOut, openapi_extra=_READ, summary="One routing rule")
async def get_rule(rule_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `routing_rule_not_found`."""
    return _one(await find_rule(connection, rule_id))


@router.patch("/{rule_id}", response_model=RuleOut, openapi_extra=_WRITE, summary="Edit a routing rule")
async def patch_rule(
    *,
    rule_id: UUID,
    body: Annotated[raw(RulePatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `routing_rule_not_found`; 412; 422 as for a new one; 428."""
    values = read(RulePatch, body).values()
    return _one(await edit_rule(connection, caller, rule_id, values, seen_version=seen, now=now))


@router.delete("/{rule_id}", status_code=204, openapi_extra=_WRITE, summary="Put a routing rule away")
async def delete_rule(
    rule_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """It is asked no more; traces keep naming it. Problems: 404 `routing_rule_not_found`; 412; 428."""
    gone = {"archived_at": now, "active": False}
    await edit_rule(connection, caller, rule_id, gone, seen_version=seen, now=now)


def _one(rule: RoutingRule, *, created_at: str | None = None) -> Response:
    return answers.one(rule_out(rule), created_at=created_at)


add_history(router, "/{rule_id}", "routing_rule", "routing:read", KEPT.find)
