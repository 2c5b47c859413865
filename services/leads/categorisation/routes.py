"""`/v1/category-rules`, and the category of leads."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.categorisation import queries
from services.leads.categorisation.domain import CategoryRule
from services.leads.categorisation.schemas import (
    Categorise,
    CategoriseBatch,
    CategoriseItem,
    CategoryHistory,
    RuleCreate,
    RuleOut,
    RulePatch,
    entries_of,
)
from services.leads.categorisation.use_cases.categorise_leads import categorise_batch
from services.leads.categorisation.use_cases.keep_rules import SETTINGS, add_rule, archive_rule, edit_rule
from services.leads.categorisation.use_cases.set_category import set_category
from services.leads.lead.schemas import LeadOut, lead_out
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.lead.use_cases.follow_leads import steps_of
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.web import json_body
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/category-rules", tags=["categories"], dependencies=[WithCaller])
lead_router = ServiceRouter(prefix="/v1/leads", tags=["leads"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")
_SHAPE = permission("lead_settings:write")


@lead_router.post(
    "/categorise-batch", response_model=BatchAnswer, openapi_extra=_WRITE, summary="Put leads into categories"
)
async def post_categories(
    body: CategoriseBatch, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Up to 1,000 decisions `{"lead_id", "category", "reason"}`; no rule changes these leads from then on.

    200 with a result for each item in order: updated, unchanged or rejected with its problem
    (`lead_not_found`, `category_unknown`, `validation_failed`).
    """
    checked = check_items(body.items, CategoriseItem)
    return answers.batch(checked, await categorise_batch(connection, caller, checked.good, now=now))


@lead_router.put(
    "/{lead_id}/category", response_model=LeadOut, openapi_extra=_WRITE, summary="Put a lead into a category"
)
async def put_category(
    *,
    lead_id: UUID,
    body: Categorise,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The lead; no rule changes its category from now on. `null` gives it back to the rules.

    Problems: 404 `lead_not_found`; 412; 422 `category_unknown`; 428.
    """
    lead = await set_category(
        connection, caller, lead_id, body.category, body.reason, seen_version=seen, now=now
    )
    return answers.one(lead_out(lead))


@lead_router.get(
    "/{lead_id}/categories",
    response_model=CategoryHistory,
    openapi_extra=_READ,
    summary="Which categories a lead was in",
)
async def get_categories(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Every change, oldest first: who or which rule, when, and why. Problems: 404 `lead_not_found`."""
    lead = await load_lead(connection, caller, lead_id)
    items = entries_of([dict(step) for step in await steps_of(connection, lead_id)])
    shown = {"category": lead.category, "category_by": lead.category_by, "items": items}
    return Response(json_body.dumps(shown), media_type="application/json")


@router.get(
    "", response_model=Page[RuleOut], openapi_extra=_READ | queries.RULES.openapi, summary="Category rules"
)
async def list_rules(request: Request, connection: Reading, _: Caller) -> Response:
    """In the order they are asked: the first active rule whose condition holds decides.

    What is put away is left out, unless there is a filter on it: `archived_at=is:notnull`."""
    where = [unless_asked(request, queries.RULES)]
    return await queries.RULES.answer(connection, request, where=where)


@router.post("", response_model=RuleOut, status_code=201, openapi_extra=_SHAPE, summary="Add a category rule")
async def post_rule(body: RuleCreate, connection: Transaction, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Open leads that no member has categorised are looked at again soon.

    Problems: 422 `expression_invalid` with `line` and `column`, `category_unknown`, `validation_failed`.
    """
    return _one(await add_rule(connection, body.model_dump(), now=now), created_at="/v1/category-rules")


@router.get("/{rule_id}", response_model=RuleOut, openapi_extra=_READ, summary="One category rule")
async def get_rule(rule_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `category_rule_not_found`."""
    return _one(await SETTINGS.find(connection, rule_id))


@router.patch("/{rule_id}", response_model=RuleOut, openapi_extra=_SHAPE, summary="Edit a category rule")
async def patch_rule(
    *,
    rule_id: UUID,
    body: Annotated[raw(RulePatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `category_rule_not_found`; 412; 422 as for a new one; 428."""
    values = read(RulePatch, body).given()
    return _one(await edit_rule(connection, rule_id, values, seen_version=seen, now=now))


@router.delete("/{rule_id}", status_code=204, openapi_extra=_SHAPE, summary="Put a category rule away")
async def delete_rule(
    rule_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """It is asked no more; leads it put into a category are looked at again. Problems: 404; 412; 428."""
    await archive_rule(connection, rule_id, seen_version=seen, now=now)


def _one(rule: CategoryRule, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(rule, RuleOut), created_at=created_at)


add_history(router, "/{rule_id}", "category_rule", "leads:read", SETTINGS.find)
