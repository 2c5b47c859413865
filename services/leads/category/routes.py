"""`/v1/lead-categories`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.category import queries
from services.leads.category.domain import Category
from services.leads.category.repository import CATEGORIES
from services.leads.category.schemas import CategoryCreate, CategoryOut, CategoryPatch
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.setting_history.history_route import add_history
from shared.contracts.ids import new_id
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement

router = ServiceRouter(prefix="/v1/lead-categories", tags=["categories"], dependencies=[WithCaller])
_READ = permission("leads:read")
_SHAPE = permission("lead_settings:write")
_SETTINGS = Settings(CATEGORIES, "category")


@router.get(
    "",
    response_model=Page[CategoryOut],
    openapi_extra=_READ | queries.CATEGORIES.openapi,
    summary="Categories of leads",
)
async def list_categories(request: Request, connection: Reading, _: Caller) -> Response:
    """By position. Archived ones have `active: false`: leads keep them, none is newly put there."""
    return await queries.CATEGORIES.answer(connection, request)


@router.post("", response_model=CategoryOut, status_code=201, openapi_extra=_SHAPE, summary="Add a category")
async def post_category(body: CategoryCreate, connection: SingleStatement, _: Caller, now: Now) -> Response:
    """201 with Location and ETag. Problems: 409 `name_taken` (the key); 422 `validation_failed`."""
    new = Category(id=new_id(), created_at=now, updated_at=now, **body.model_dump())
    category = await _SETTINGS.add(connection, new, now=now)
    return _one(category, created_at="/v1/lead-categories")


@router.get("/{category_id}", response_model=CategoryOut, openapi_extra=_READ, summary="One category")
async def get_category(category_id: UUID, connection: Reading, _: Caller) -> Response:
    """With its ETag. Problems: 404 `category_not_found`."""
    return _one(await _SETTINGS.find(connection, category_id))


@router.patch("/{category_id}", response_model=CategoryOut, openapi_extra=_SHAPE, summary="Edit a category")
async def patch_category(
    *,
    category_id: UUID,
    body: Annotated[raw(CategoryPatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    _: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch; the key stays. Problems: 404 `category_not_found`; 412 `version_conflict`; 422; 428."""
    values = read(CategoryPatch, body).values(now)
    return _one(await _SETTINGS.edit(connection, category_id, values, seen_version=seen, now=now))


@router.delete("/{category_id}", status_code=204, openapi_extra=_SHAPE, summary="Archive a category")
async def delete_category(
    category_id: UUID, connection: SingleStatement, _: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Its leads keep it; none is newly put into it, and rules for it rest. Problems: 404; 412; 428."""
    await _SETTINGS.archive(connection, category_id, seen_version=seen, now=now)


def _one(category: Category, *, created_at: str | None = None) -> Response:
    return answers.one(answers.fields_of(category, CategoryOut), created_at=created_at)


add_history(router, "/{category_id}", "category", "leads:read", _SETTINGS.find)
