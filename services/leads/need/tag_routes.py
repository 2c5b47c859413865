"""`/v1/need-tags` and `/v1/need-settings`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.need import queries
from services.leads.need.domain import NeedTag
from services.leads.need.repository import ONLY_KNOWN_TAGS
from services.leads.need.schemas import NeedSettings, NeedSettingsOut, TagCreate, TagOut, TagPatch
from services.leads.need.use_cases.keep_tags import ALL_TAGS, add_tag
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import add_history, add_only_history
from services.leads.setting_history.use_cases.set_sole import THE_ONE, set_sole
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["needs"])
_READ = permission("leads:read")
_SHAPE = permission("lead_settings:write")
_TAGS = "/need-tags"


@router.get(
    _TAGS,
    response_model=Page[TagOut],
    openapi_extra=_READ | queries.TAGS.openapi,
    summary="The tags that name needs",
)
async def list_tags(request: Request, connection: Reading, _: Caller) -> Response:
    """By key. What is put away is left out, unless there is a filter on `archived_at`."""
    return await queries.TAGS.answer(connection, request, where=[unless_asked(request, queries.TAGS)])


@router.post(_TAGS, response_model=TagOut, status_code=201, openapi_extra=_SHAPE, summary="Add a need tag")
async def post_tag(body: TagCreate, connection: Transaction, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Problems: 409 `name_taken` (the key); 422 `validation_failed`."""
    return _one(await add_tag(connection, body.model_dump(), now=now), created_at=f"/v1{_TAGS}")


@router.get(f"{_TAGS}/{{tag_id}}", response_model=TagOut, openapi_extra=_READ, summary="One need tag")
async def get_tag(tag_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `need_tag_not_found`."""
    return _one(await ALL_TAGS.find(connection, tag_id))


@router.patch(f"{_TAGS}/{{tag_id}}", response_model=TagOut, openapi_extra=_SHAPE, summary="Edit a need tag")
async def patch_tag(
    *,
    tag_id: UUID,
    body: Annotated[raw(TagPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch; the key stays. Problems: 404 `need_tag_not_found`; 412; 422; 428."""
    values = read(TagPatch, body).given()
    return _one(await ALL_TAGS.edit(connection, tag_id, values, seen_version=seen, now=now))


@router.delete(f"{_TAGS}/{{tag_id}}", status_code=204, openapi_extra=_SHAPE, summary="Put a need tag away")
async def delete_tag(tag_id: UUID, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny) -> None:
    """Needs and products keep it. Problems: 404 `need_tag_not_found`; 412; 428."""
    await ALL_TAGS.archive(connection, tag_id, seen_version=seen, now=now)


@router.get(
    "/need-settings",
    response_model=NeedSettingsOut,
    openapi_extra=_READ,
    summary="Whether only known need tags may be used",
)
async def get_settings(connection: Reading, _: Caller) -> Response:
    """With its ETag; version 0 before it was set: any tag may be used."""
    return _settings(*await ONLY_KNOWN_TAGS.read(connection))


@router.put(
    "/need-settings",
    response_model=NeedSettingsOut,
    openapi_extra=_SHAPE,
    summary="Set whether only known need tags may be used",
)
async def put_settings(
    body: NeedSettings, connection: Transaction, _: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """Holds for needs and products from now on; what is there stays. Problems: 412; 428."""
    value = body.only_known_tags
    version = await set_sole(connection, ONLY_KNOWN_TAGS, "need_settings", value, seen_version=seen, now=now)
    return _settings(version, value)


def _settings(version: int, only_known: bool) -> Response:
    shown = {"version": version, "only_known_tags": only_known}
    return Response(json_body.dumps(shown), headers={"ETag": etag(version)}, media_type="application/json")


def _one(tag: NeedTag, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(tag, TagOut), created_at=created_at)


add_history(router, f"{_TAGS}/{{tag_id}}", "need_tag", "leads:read", ALL_TAGS.find)
add_only_history(router, "/need-settings", "need_settings", THE_ONE, "leads:read")
