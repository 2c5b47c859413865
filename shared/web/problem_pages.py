"""`GET /problems` and `/problems/{code}`: what the `type` of a problem leads to, for programs and for people.

Must never break: every code of the catalogue has a page.
"""

from html import escape
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from shared.web.problem import PROBLEMS, Problem

router = APIRouter(include_in_schema=False)


@router.get("/problems")
async def get_problems() -> list[dict[str, Any]]:
    """All codes, by name."""
    return [_entry(code) for code in sorted(PROBLEMS)]


@router.get("/problems/{code}")
async def get_problem(code: str, request: Request) -> Response:
    """One code; HTML when the caller asks for it."""
    if code not in PROBLEMS:
        raise Problem("not_found", "There is no such problem code.")
    entry = _entry(code)
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(entry)
    title, meaning = escape(entry["title"]), escape(entry["meaning"])
    return HTMLResponse(
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{title}</title>"
        f"<h1>{title}</h1><p><code>{escape(code)}</code>, HTTP {entry['status']}</p><p>{meaning}</p></html>"
    )


def _entry(code: str) -> dict[str, Any]:
    kind = PROBLEMS[code]
    return {
        "type": f"/problems/{code}",
        "code": code,
        "status": kind.status,
        "title": kind.title,
        "meaning": kind.meaning,
        "retry_after": kind.retry_after,
    }
