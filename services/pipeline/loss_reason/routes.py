"""`/v1/loss-reasons`: why deals are lost or won."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.loss_reason.queries import LISTING
from services.pipeline.loss_reason.repository import REASONS
from services.pipeline.loss_reason.schemas import ReasonCreate, ReasonOut, ReasonPatch
from services.pipeline.loss_reason.use_cases.keep_reasons import create_reason, edit_reason
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/loss-reasons", tags=["deals"])
_READ, _WRITE = permission("pipelines:read"), permission("pipelines:write")


@router.get(
    "",
    response_model=Page[ReasonOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Reasons for losses and wins",
)
async def list_reasons(_: Caller, request: Request, connection: Reading) -> Response:
    """In their order. `outcome=lost&active=true`: what may be given now."""
    return await LISTING.answer(connection, request)


@router.post("", status_code=201, response_model=ReasonOut, openapi_extra=_WRITE, summary="Add a reason")
async def post_reason(body: ReasonCreate, _: Caller, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. From the first one in use on, whoever loses (wins) a deal gives one of
    them; histories loaded keep any words. 409 `duplicate` a key or label there is for the outcome; 422."""
    reason = await create_reason(connection, body.model_dump(), now=now)
    return one(shown(reason, ReasonOut), created_at="/v1/loss-reasons")


@router.get("/{reason_id}", response_model=ReasonOut, openapi_extra=_READ, summary="One reason")
async def get_reason(reason_id: UUID, _: Caller, connection: Reading) -> Response:
    """404 `loss_reason_not_found`."""
    reason = await REASONS.find(connection, reason_id)
    if reason is None:
        raise REASONS.missing()
    return one(shown(reason, ReasonOut))


@router.patch("/{reason_id}", response_model=ReasonOut, openapi_extra=_WRITE, summary="Edit a reason")
async def patch_reason(
    *, reason_id: UUID, body: ReasonPatch, if_match: IfMatch, _: Caller, connection: Transaction, now: Now
) -> Response:
    """A merge patch; `active: false` retires it. Deals keep the words they ended with. 404
    `loss_reason_not_found`; 409 `duplicate`; 412; 422; 428."""
    changes = body.changes()
    reason = await edit_reason(connection, reason_id, changes, seen_version=if_match, now=now)
    return one(shown(reason, ReasonOut))
