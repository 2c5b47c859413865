"""`POST /v1/deals/bulk`."""

from collections import Counter
from uuid import UUID

from fastapi import Response

from services.pipeline.bulk_edit.domain import Outcome
from services.pipeline.bulk_edit.queries import deals_meant
from services.pipeline.bulk_edit.schemas import BulkAnswer, BulkEdit
from services.pipeline.bulk_edit.use_cases.change_deals import change_deals, make_ready, try_deals
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.problem import problem_of
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Transactions

router = ServiceRouter(prefix="/v1/deals/bulk", tags=["deals"])
_AT_ONCE = 200


@router.post(
    "", response_model=BulkAnswer, openapi_extra=permission("deals:write"), summary="Change many deals"
)
async def post_bulk(body: BulkEdit, caller: Caller, transactions: Transactions, now: Now) -> Response:
    """The same change for up to 1,000 deals: those of `ids`, or those of the caller's that fit the `filter`.

    Each is changed as it would be alone, whatever its version: gates are judged for each, each has its
    events and its history, and what is refused stops no other. `status` of a result: `updated`, `unchanged`
    (it was so already; also what is won or lost already), `rejected` with the `problem` that the deal alone
    would answer. Deals are changed in transactions of 200; with an Idempotency-Key in one, so that the same
    call again changes nothing and answers the same. Without one a call repeated after a failure goes on
    where it broke off, since what is done is `unchanged`. `dry_run` judges everything and changes nothing.

    Problems of the whole: 400 `unknown_parameter`, `invalid_parameter` in `filter`; 422
    `reference_unknown`, and `validation_failed`, also when more than 1,000 deals fit.
    """
    async with transactions() as connection:
        ids = body.ids if body.ids is not None else await deals_meant(connection, body.pairs(), caller)
        ids = tuple(dict.fromkeys(ids))
        in_order = sorted(ids)
        wanted = await make_ready(connection, body.change(), caller, now=now)
    take = try_deals if body.dry_run else change_deals
    became: dict[UUID, Outcome] = {}
    for start in range(0, len(ids), _AT_ONCE):
        async with transactions() as connection:
            for each in await take(connection, in_order[start : start + _AT_ONCE], wanted):
                became[each.deal_id] = each
    count = Counter(each.result for each in became.values())
    shown = {
        "dry_run": body.dry_run,
        "matched": len(ids),
        **{result: count[result] for result in ("updated", "unchanged", "rejected")},
        "items": [_shown(index, became[deal_id]) for index, deal_id in enumerate(ids)],
    }
    return Response(json_body.dumps(shown), media_type="application/json")


def _shown(index: int, each: Outcome) -> dict[str, object]:
    return {
        "index": index,
        "id": each.deal_id,
        "status": each.result,
        "version": each.version,
        "problem": None if each.refused is None else problem_of(each.refused),
    }
