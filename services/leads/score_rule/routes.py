"""`/v1/score-rules`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.score_rule import queries
from services.leads.score_rule.domain import ScoreRule
from services.leads.score_rule.schemas import RuleCreate, RuleOut, RulePatch
from services.leads.score_rule.use_cases.keep_rules import SETTINGS, add_rule, archive_rule, edit_rule
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/score-rules", tags=["scoring"], dependencies=[WithCaller])
_READ = permission("scoring:read")
_WRITE = permission("scoring:write")


@router.get(
    "", response_model=Page[RuleOut], openapi_extra=_READ | queries.RULES.openapi, summary="Score rules"
)
async def list_rules(request: Request, connection: Reading, caller: Caller) -> Response:
    """What gives leads points. What is put away is left out, unless there is a filter on it:
    `archived_at=is:notnull`."""
    return await queries.RULES.answer(connection, request, where=[unless_asked(request, queries.RULES)])


@router.post("", response_model=RuleOut, status_code=201, openapi_extra=_WRITE, summary="Add a score rule")
async def post_rule(body: RuleCreate, connection: Transaction, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. Open leads get their points anew in the background.

    Fit: `points` when `condition` holds. Engagement: with `at_least` to `at_most` of `events` in the last
    `within_days`, points x 0.5^(days since the latest / `half_life_days`), renewed every night. A group gives
    at most its smallest `group_cap`, each part 0 to 100. A rule that fails for a lead gives it 0 and says why
    in `GET /v1/leads/{id}/score`. Problems: 422 `expression_invalid` with `line` and `column`,
    `validation_failed`.
    """
    return _one(await add_rule(connection, body.model_dump(), now=now), created_at="/v1/score-rules")


@router.get("/{rule_id}", response_model=RuleOut, openapi_extra=_READ, summary="One score rule")
async def get_rule(rule_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `score_rule_not_found`."""
    return _one(await SETTINGS.find(connection, rule_id))


@router.patch("/{rule_id}", response_model=RuleOut, openapi_extra=_WRITE, summary="Edit a score rule")
async def patch_rule(
    *,
    rule_id: UUID,
    body: Annotated[raw(RulePatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `score_rule_not_found`; 412; 422 as for a new one; 428."""
    values = read(RulePatch, body).given()
    return _one(await edit_rule(connection, rule_id, values, seen_version=seen, now=now))


@router.delete("/{rule_id}", status_code=204, openapi_extra=_WRITE, summary="Put a score rule away")
async def delete_rule(
    rule_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """It gives no points any more. Problems: 404 `score_rule_not_found`; 412; 428."""
    await archive_rule(connection, rule_id, seen_version=seen, now=now)


def _one(rule: ScoreRule, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(rule, RuleOut), created_at=created_at)


add_history(router, "/{rule_id}", "score_rule", "scoring:read", SETTINGS.find)
