"""`/v1/forecast/gap-rules`: from when on a gap is worth an alert."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Header, Request, Response

from services.forecast.gap_rule.domain import GapRule
from services.forecast.gap_rule.queries import LISTING, listed, visible_to
from services.forecast.gap_rule.schemas import GapRuleIn, GapRuleOut, rule_out
from services.forecast.gap_rule.use_cases.set_rule import remove_rule, set_rule
from shared.contracts.ids import new_id
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, read_if_match, set_etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/forecast/gap-rules", tags=["alerts"])
_CONFIGURE = permission("alerts:configure")


async def _expected(
    if_match: Annotated[
        str | None, Header(description='Optional here: change only if the rule has this ETag, `"7"`.')
    ] = None,
) -> int | None:
    return None if if_match is None or if_match.strip() == "*" else read_if_match(if_match)


@router.get(
    "",
    response_model=Page[GapRuleOut],
    openapi_extra={**permission("alerts:read"), **LISTING.openapi},
    summary="From when on a gap is worth an alert",
)
async def list_rules(request: Request, connection: Reading, caller: Caller) -> Response:
    """That of all, which is always there, and those of teams with their own."""
    return await LISTING.answer(connection, request, where=[visible_to(caller)], to_item=listed)


@router.put(
    "",
    response_model=GapRuleOut,
    responses={201: {"model": GapRuleOut, "description": "The rule is new; see Location."}},
    openapi_extra=_CONFIGURE,
    summary="Set the rule of a team, or of all",
)
async def put_rule(
    *,
    body: GapRuleIn,
    response: Response,
    connection: Transaction,
    now: Now,
    expected: Annotated[int | None, Depends(_expected)],
) -> GapRuleOut:
    """201 for the first of a team, 200 for one that was changed or already said so; ETag on both. What
    it is about is looked at at once. Problems: 412 `version_conflict`; 422
    `validation_failed`, `reference_unknown`."""
    rule, created = await set_rule(
        connection,
        GapRule(
            id=new_id(),
            team_id=body.team_id,
            active=body.active,
            period=body.period,
            method=body.method,
            limits=body.limits(),
            created_at=now,
            updated_at=now,
        ),
        expected=expected,
        now=now,
    )
    set_etag(response, rule.version)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/v1/forecast/gap-rules?id={rule.id}"
    return rule_out(rule)


@router.delete("/{rule_id}", status_code=204, openapi_extra=_CONFIGURE, summary="Leave it to the rule of all")
async def delete_rule(rule_id: UUID, connection: Transaction, expected: IfMatchOrAny, now: Now) -> None:
    """The team's own rule is gone, and the team is looked at by that of all. Problems: 404
    `gap_rule_not_found`; 409 `state_conflict` for that of all; 412; 428 (If-Match may be `*`)."""
    await remove_rule(connection, rule_id, expected=expected, now=now)
