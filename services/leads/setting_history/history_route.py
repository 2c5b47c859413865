"""`GET <settings>/{id}/history`, for the routers of those who have settings."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.setting_history.queries import STEPS, of_setting
from services.leads.setting_history.schemas import SettingStep
from shared.web import json_body
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import permission
from shared.web.transaction import Reading

Find = Callable[[AsyncConnection, UUID], Awaitable[object]]


def add_history(router: APIRouter, path: str, setting: str, read: str, find: Find) -> None:
    """`path`: of one setting within the router, ending in its id; `read`: the permission to see it. `find`
    refuses a setting that is not there; one that was removed keeps its history."""
    parameter = path.rpartition("{")[2].removesuffix("}")

    async def get_history(
        request: Request,
        connection: Reading,
        _: Caller,
        setting_id: Annotated[UUID, Path(alias=parameter)],
    ) -> Response:
        """Newest first: who changed what, from what to what, and when. Problems: 404."""
        page = await page_of(request, connection, setting, setting_id)
        if not page["items"]:
            await find(connection, setting_id)
        return Response(json_body.dumps(page), media_type="application/json")

    _add(router, path, get_history, read)


def add_only_history(router: APIRouter, path: str, setting: str, setting_id: UUID, read: str) -> None:
    """The same for a setting of which there is one."""

    async def get_history(request: Request, connection: Reading, _: Caller) -> Response:
        """Newest first: who changed what, from what to what, and when."""
        page = await page_of(request, connection, setting, setting_id)
        return Response(json_body.dumps(page), media_type="application/json")

    _add(router, path, get_history, read)


async def page_of(
    request: Request, connection: AsyncConnection, setting: str, setting_id: UUID
) -> dict[str, Any]:
    """A page of the steps of this setting."""
    return await STEPS.page(connection, request, where=of_setting(setting, setting_id))


def _add(router: APIRouter, path: str, answer: Callable[..., Any], read: str) -> None:
    router.get(
        f"{path}/history",
        response_model=Page[SettingStep],
        openapi_extra=permission(read) | STEPS.openapi,
        summary="Who changed it, what and when",
    )(answer)
