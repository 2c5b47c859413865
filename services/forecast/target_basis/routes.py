"""`PUT /v1/targets` and `GET /v1/targets/{id}/basis`."""

from decimal import Decimal
from uuid import UUID

from fastapi import Response

from services.forecast.tables import SOURCE
from services.forecast.target.schemas import TargetOut, target_out
from services.forecast.target_basis.definitions import DEFINITIONS
from services.forecast.target_basis.domain import MEANINGS, Basis
from services.forecast.target_basis.schemas import BasisOut, FrozenOut, LaterOut, TargetWithBasisIn
from services.forecast.target_basis.use_cases.look_at_basis import look_at_basis
from services.forecast.target_basis.use_cases.set_target_on_basis import set_target_on_basis
from shared.observability.causes import event_context
from shared.reporting.figures import defined, money, ratio
from shared.web.clock import Now
from shared.web.concurrency import IfMatchWhenGiven, set_etag
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/targets", tags=["targets"])


@router.put(
    "",
    response_model=TargetOut,
    responses={201: {"model": TargetOut, "description": "The target is new; see Location."}},
    openapi_extra=permission("targets:write"),
    summary="Set or amend the target of a period",
)
async def put_target(
    *,
    body: TargetWithBasisIn,
    response: Response,
    connection: Transaction,
    caller: Caller,
    now: Now,
    expected: IfMatchWhenGiven,
) -> TargetOut:
    """201 for a new target, 200 for one that was amended or already said so; ETag on both.

    A manager sets targets of the teams below and their members; who sees everything sets any. `basis` keeps
    the forecast it rests on, see `/basis`. Problems: 400 `period_invalid`; 403 `forbidden`; 404
    `snapshot_not_found`; 412 `version_conflict`; 422 `validation_failed`, `insufficient_history`,
    `reference_unknown` (team, member, product or territory not known here after 1 s), `rate_missing`.
    """
    target, created = await set_target_on_basis(
        connection, body, by=caller, expected=expected, now=now, context=event_context(SOURCE)
    )
    set_etag(response, target.version)
    if created:
        response.status_code = 201
        response.headers["Location"] = f"/v1/targets/{target.id}"
    return target_out(target)


@router.get(
    "/{target_id}/basis",
    response_model=BasisOut,
    openapi_extra=permission("targets:read"),
    summary="The forecast a target rests on",
)
async def get_basis(target_id: UUID, connection: Reading, caller: Caller, now: Now) -> BasisOut:
    """What the forecast said when the target was set, frozen; the same figure with what was told since
    (`then`) and as things stand (`now`). For whoever sees all deals the target is about.

    Problems: 404 `target_not_found`, `basis_not_found`.
    """
    found = await look_at_basis(connection, target_id, by=caller, now=now)
    period, frozen = found.target.period, found.basis
    return BasisOut(
        target=found.target,
        basis=_frozen(frozen),
        then=_later(found.then, frozen),
        now=_later(found.now, frozen),
        earlier=[_frozen(each) for each in found.earlier],
        definitions=defined(DEFINITIONS, f"{period}: {found.target.starts_on} to {found.target.ends_on}."),
    )


def _frozen(basis: Basis) -> FrozenOut:
    return FrozenOut(
        id=basis.id,
        target_version=basis.target_version,
        method=basis.method,
        meaning=MEANINGS[basis.method],
        snapshot_id=basis.snapshot_id,
        as_of=basis.as_of,
        known_at=basis.known_at,
        figure=money(basis.amount, basis.currency),
        target=money(basis.target_amount, basis.currency),
        share=ratio(basis.target_amount, basis.amount),
        said_by=basis.said_by,
        frozen_at=basis.frozen_at,
    )


def _later(amount: Decimal | None, basis: Basis) -> LaterOut:
    if amount is None:
        return LaterOut(figure=None, difference=None)
    return LaterOut(
        figure=money(amount, basis.currency), difference=money(amount - basis.amount, basis.currency)
    )
