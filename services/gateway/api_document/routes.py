"""`/openapi.json`, `/docs` without any other server, and `/`."""

from pathlib import Path

import fastapi_offline
from fastapi import APIRouter, Request
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from shared.web.problem import Problem

router = APIRouter(include_in_schema=False)
_ASSETS = Path(fastapi_offline.__file__).parent / "static"
_KINDS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}


@router.get("/openapi.json")
async def get_document(request: Request) -> Response:
    """The document of the whole front."""
    return Response(request.app.state.public_document, media_type="application/json")


@router.get("/docs")
async def get_docs() -> HTMLResponse:
    """Swagger UI, its files served from here."""
    return get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Dealstream API",
        swagger_js_url="/docs/swagger-ui-bundle.js",
        swagger_css_url="/docs/swagger-ui.css",
        swagger_favicon_url="/docs/favicon.png",
        swagger_ui_parameters={"tagsSorter": "alpha", "docExpansion": "none", "filter": True},
    )


@router.get("/docs/{name}")
async def get_asset(name: str) -> FileResponse:
    """A file of Swagger UI."""
    if name not in _KINDS:
        raise Problem("not_found", "There is no such file.")
    return FileResponse(
        _ASSETS / name, media_type=_KINDS[name], headers={"Cache-Control": "public, max-age=86400"}
    )


@router.get("/")
async def get_root() -> RedirectResponse:
    """To the documentation."""
    return RedirectResponse("/docs", status_code=307)
