"""`/v1/forecast/submission-rules`."""

from datetime import datetime

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.submission_rule.domain import Rules
from services.forecast.submission_rule.queries import load_rules
from services.forecast.submission_rule.schemas import RuleIn, RuleOut, RulesIn, RulesOut, rules_of
from services.forecast.submission_rule.use_cases.set_rules import load_office, set_rules
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/submission-rules", tags=["forecast submissions"])


@router.get(
    "",
    response_model=RulesOut,
    openapi_extra=permission("submissions:read"),
    summary="When forecasts are to be handed in",
)
async def get_rules(response: Response, connection: Reading, now: Now) -> RulesOut:
    """The rules with their next deadlines and their ETag; none until somebody sets some: then there are no
    deadlines, reminders or locks before the end of a period."""
    return await _answer(connection, await load_rules(connection), response, now)


@router.put(
    "",
    response_model=RulesOut,
    openapi_extra=permission("submissions:configure"),
    summary="Set when forecasts are to be handed in",
)
async def put_rules(
    *,
    body: RulesIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> RulesOut:
    """All rules at once. Submissions that are there keep the deadlines they were made under.

    Problems: 412 `version_conflict`; 422 `validation_failed`; 428 `precondition_required`.
    """
    rules = await set_rules(connection, rules_of(body), by=caller, expected=expected, now=now)
    return await _answer(connection, rules, response, now)


async def _answer(connection: AsyncConnection, rules: Rules, response: Response, now: datetime) -> RulesOut:
    set_etag(response, rules.version)
    office = await load_office(connection)
    return RulesOut(
        rules=[
            RuleOut(
                **{name: getattr(rule, name) for name in RuleIn.model_fields},
                next_due_at=rule.next_round(office, after=now).due_at,
            )
            for rule in rules.rules
        ],
        stale_beyond=rules.stale_beyond,
        version=rules.version,
        updated_at=rules.updated_at,
        author_id=rules.author_id,
    )
