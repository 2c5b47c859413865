"""`/v1/forecast/snapshot-rules`."""

from fastapi import Response

from services.forecast.snapshot_rule.domain import Rules
from services.forecast.snapshot_rule.queries import load_rules
from services.forecast.snapshot_rule.schemas import SnapshotRulesIn, SnapshotRulesOut
from services.forecast.snapshot_rule.use_cases.set_rules import set_rules
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, set_etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/snapshot-rules", tags=["forecast"])


@router.get(
    "",
    response_model=SnapshotRulesOut,
    openapi_extra=permission("snapshots:read"),
    summary="How long snapshots are kept",
)
async def get_snapshot_rules(response: Response, connection: Reading) -> SnapshotRulesOut:
    """With their ETag; 400 days until somebody sets another number. Snapshots with which a week, month,
    quarter or year begins, and those that were asked for, are kept for ever."""
    return _answer(await load_rules(connection), response)


@router.put(
    "",
    response_model=SnapshotRulesOut,
    openapi_extra=permission("snapshots:configure"),
    summary="Set how long snapshots are kept",
)
async def put_snapshot_rules(
    *,
    body: SnapshotRulesIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchOrAny,
) -> SnapshotRulesOut:
    """Older snapshots of days go with the next midnight, and do not come back with a larger number.

    Problems: 412 `version_conflict`; 422 `validation_failed`; 428 `precondition_required`.
    """
    rules = await set_rules(connection, body.daily_days, by=caller, expected=expected, now=now)
    return _answer(rules, response)


def _answer(rules: Rules, response: Response) -> SnapshotRulesOut:
    set_etag(response, rules.version)
    return SnapshotRulesOut(**{name: getattr(rules, name) for name in SnapshotRulesOut.model_fields})
