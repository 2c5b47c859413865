"""`/v1/matching-rules`: when two records are one."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.matching import queries
from services.leads.matching.schemas import RuleCreate, RuleOut, RulePatch
from services.leads.matching.use_cases.keep_rules import create_rule, delete_rule, edit_rule, load_rule
from services.leads.record import answers
from services.leads.setting_history.history_route import add_history
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/matching-rules", tags=["duplicates"], dependencies=[WithCaller])
_READ = permission("matching_rules:read")
_WRITE = permission("matching_rules:write")


@router.get(
    "", response_model=Page[RuleOut], openapi_extra=_READ | queries.RULES.openapi, summary="Matching rules"
)
async def list_rules(request: Request, connection: Reading) -> Response:
    """In the order they were made, unless sorted otherwise."""
    return await queries.RULES.answer(connection, request)


@router.post("", response_model=RuleOut, status_code=201, openapi_extra=_WRITE, summary="Add a rule")
async def post_rule(body: RuleCreate, connection: Transaction, now: Now) -> Response:
    """Two records are one when score = 100 x sum(weight x similarity) / sum(weight) reaches `threshold`, over
    the criteria not ignored as blank.

    `similarity` is 1 or 0 for `exact` and `normalised`. For `fuzzy` it is, with the words sorted, 2 x letters
    in common in order / all letters (rapidfuzz `token_sort_ratio`), for `city` Jaro-Winkler; 0 below
    `min_similarity`.

    Problems: 409 `name_taken`; 422 `comparison_unfit`, `field_twice`, `not_decisive` (no criterion that an
    index can be asked for: every rule must be answered without comparing all records with all).
    """
    rule = await create_rule(connection, body, now=now)
    return answers.one(answers.fields_of(rule, RuleOut), created_at="/v1/matching-rules")


@router.get("/{rule_id}", response_model=RuleOut, openapi_extra=_READ, summary="One rule")
async def get_rule(rule_id: UUID, connection: Reading) -> Response:
    """With its ETag. Problems: 404 `matching_rule_not_found`."""
    return answers.one(answers.fields_of(await load_rule(connection, rule_id), RuleOut))


@router.patch("/{rule_id}", response_model=RuleOut, openapi_extra=_WRITE, summary="Edit a rule")
async def patch_rule(
    rule_id: UUID, body: RulePatch, connection: Transaction, now: Now, seen: IfMatch
) -> Response:
    """A merge patch; `kinds` and `criteria` are replaced as a whole. It holds for what is looked for from now
    on; `POST /v1/duplicates/scan` looks at everything again.

    Problems: 404; 409 `name_taken`; 412; 422 as for a new one; 428.
    """
    rule = await edit_rule(connection, rule_id, body, seen_version=seen, now=now)
    return answers.one(answers.fields_of(rule, RuleOut))


@router.delete("/{rule_id}", status_code=204, openapi_extra=_WRITE, summary="Remove a rule")
async def remove_rule(rule_id: UUID, connection: Transaction, now: Now) -> Response:
    """204. What it found stays in the queue. Problems: 404 `matching_rule_not_found`."""
    await delete_rule(connection, rule_id, now=now)
    return Response(status_code=204)


add_history(router, "/{rule_id}", "matching_rule", "matching_rules:read", load_rule)
