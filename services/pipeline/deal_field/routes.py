"""`/v1/deal-fields`: the organisation's own fields of deals."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal_field.queries import LISTING
from services.pipeline.deal_field.repository import FIELDS
from services.pipeline.deal_field.schemas import FieldCreate, FieldOut, FieldPatch
from services.pipeline.deal_field.use_cases.keep_fields import create_field, edit_field
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deal-fields", tags=["deals"])
_READ, _WRITE = permission("pipelines:read"), permission("pipelines:write")


@router.get(
    "",
    response_model=Page[FieldOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Own fields of deals",
)
async def list_fields(_: Caller, request: Request, connection: Reading) -> Response:
    """In their order. Values are in `custom` of a deal, by key."""
    return await LISTING.answer(connection, request)


@router.post("", status_code=201, response_model=FieldOut, openapi_extra=_WRITE, summary="Give deals a field")
async def post_field(body: FieldCreate, _: Caller, connection: Transaction, now: Now) -> Response:
    """201 with Location and ETag. Values may be written at once; other processes read a change of a field
    they know within a second. An index is made by the worker, without stopping writers. 409 `duplicate` a key
    that there is; 422 settings that do not go with the type."""
    field = await create_field(connection, body.model_dump(), now=now)
    return one(shown(field, FieldOut), created_at="/v1/deal-fields")


@router.get("/{field_id}", response_model=FieldOut, openapi_extra=_READ, summary="One field of deals")
async def get_field(field_id: UUID, _: Caller, connection: Reading) -> Response:
    """404 `deal_field_not_found`."""
    field = await FIELDS.find(connection, field_id)
    if field is None:
        raise FIELDS.missing()
    return one(shown(field, FieldOut))


@router.patch("/{field_id}", response_model=FieldOut, openapi_extra=_WRITE, summary="Edit a field of deals")
async def patch_field(
    *, field_id: UUID, body: FieldPatch, if_match: IfMatch, _: Caller, connection: Transaction, now: Now
) -> Response:
    """A merge patch; `active: false` retires it: values stay, are shown and found, and are written no more.

    Narrower limits count from the next write of a value on. 404 `deal_field_not_found`; 409 `field_in_use`
    for another type while deals have values, for taking away options that deals have, and for retiring what
    a gate asks for; 412; 422; 428.
    """
    changes = body.changes()
    field = await edit_field(connection, field_id, changes, seen_version=if_match, now=now)
    return one(shown(field, FieldOut))
