"""`/v1/reminder-rules` and `/v1/kpis/follow-up`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Query, Request, Response

from services.leads.follow_up import queries
from services.leads.follow_up.schemas import (
    FollowUps,
    GroupBy,
    RuleCreate,
    RuleOut,
    RulePatch,
    rule_out,
)
from services.leads.follow_up.use_cases.keep_rules import SETTINGS, add_rule, archive_rule, edit_rule
from services.leads.follow_up.use_cases.measure_punctuality import measure_punctuality
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["follow-ups"], dependencies=[WithCaller])
_READ = permission("leads:read")
_WRITE = permission("lead_settings:write")
_PATH = "/v1/reminder-rules"


@router.get(
    _PATH,
    response_model=Page[RuleOut],
    openapi_extra=_READ | queries.RULES.openapi,
    summary="What follows a first contact",
)
async def list_rules(request: Request, connection: Reading) -> Response:
    """The oldest first. `archived_at=is:null` leaves archived ones out."""
    return await queries.RULES.answer(connection, request, to_item=queries.rule_shown)


@router.post(_PATH, response_model=RuleOut, status_code=201, openapi_extra=_WRITE, summary="Add a rule")
async def post_rule(body: RuleCreate, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. Every lead for which `condition` holds (or every lead, without one) gets an
    activity of this type, due `after_minutes` after its first contact, for its owner. When it is not done by
    then, `leads.activity.overdue` tells the owner and the owner's manager.

    Problems: 409 `name_taken`; 422 `validation_failed`, `expression_invalid` with the place of the fault.
    """
    return answers.one(rule_out(await add_rule(connection, body, now=now)), created_at=_PATH)


@router.get(f"{_PATH}/{{rule_id}}", response_model=RuleOut, openapi_extra=_READ, summary="One reminder rule")
async def get_rule(rule_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `reminder_rule_not_found`."""
    return answers.one(rule_out(await SETTINGS.find(connection, rule_id)))


@router.patch(f"{_PATH}/{{rule_id}}", response_model=RuleOut, openapi_extra=_WRITE, summary="Edit a rule")
async def patch_rule(
    *,
    rule_id: UUID,
    body: Annotated[raw(RulePatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. What was planned by the rule stays.

    Problems: 404 `reminder_rule_not_found`; 409 `duplicate` (the name); 412 `version_conflict`; 422
    `validation_failed`, `expression_invalid`; 428.
    """
    values = read(RulePatch, body).given()
    return answers.one(rule_out(await edit_rule(connection, rule_id, values, seen_version=seen, now=now)))


@router.delete(f"{_PATH}/{{rule_id}}", status_code=204, openapi_extra=_WRITE, summary="Archive a rule")
async def delete_rule(rule_id: UUID, connection: Transaction, now: Now, seen: IfMatchOrAny) -> None:
    """Nothing is planned by it any more. Problems: 404 `reminder_rule_not_found`; 412; 428."""
    await archive_rule(connection, rule_id, seen_version=seen, now=now)


@router.get(
    "/v1/kpis/follow-up",
    response_model=FollowUps,
    openapi_extra=permission("activities:read"),
    summary="How punctually follow-ups are done",
    tags=["kpis"],
)
async def get_follow_up(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: PresentPeriod,
    group_by: Annotated[
        GroupBy | None, Query(description="By who has to do it, or that member's team.")
    ] = None,
) -> FollowUps:
    """Activities with a due time in the period that has come, within the caller's scope: done in time, done
    late, open. `punctuality` = done in time / due, null when nothing was due. Every figure has its
    definition.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    return await measure_punctuality(connection, caller, asked, group_by, now=now)


_RULE = f"{_PATH}/{{rule_id}}"
add_history(router, _RULE, "reminder_rule", "leads:read", SETTINGS.find)
