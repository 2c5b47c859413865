"""What the conventions add to every operation in the OpenAPI document: headers, problem answers.

Must never break: the document names every parameter and header the route accepts.
"""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

_PROBLEM = {"$ref": "#/components/schemas/Problem"}
_PROBLEM_ANSWER = {
    "description": "A problem (RFC 9457); `code` is documented at `/problems/{code}`.",
    "content": {"application/problem+json": {"schema": _PROBLEM}},
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "type": "object",
    "title": "Problem",
    "required": ["type", "title", "status", "detail", "code", "trace_id", "errors"],
    "properties": {
        "type": {"type": "string", "examples": ["/problems/validation_failed"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string", "description": "Stable; documented at `/problems/{code}`."},
        "trace_id": {"type": "string", "description": "The correlation id; quote it when asking for help."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer, e.g. `/email`."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Repeating a request with the same key and body replays the first answer for 72 h.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 257},
}
_WAIT_FOR = {
    "name": "X-Wait-For",
    "in": "header",
    "required": False,
    "description": "Positions from `X-Event-Position`: wait up to 2 s until this read has seen them.",
    "schema": {"type": "string"},
}


def with_conventions(options: dict[str, Any], methods: set[str]) -> dict[str, Any]:
    """A route's options plus the header its method takes and the problem answer instead of FastAPI's 422."""
    extra = dict(options.get("openapi_extra") or {})
    header = _IDEMPOTENCY_KEY if "POST" in methods else _WAIT_FOR if "GET" in methods else None
    if header is not None:
        extra["parameters"] = [*extra.get("parameters", []), header]
    responses = {"default": _PROBLEM_ANSWER, **(options.get("responses") or {})}
    return {**options, "openapi_extra": extra, "responses": responses}


def install(app: FastAPI) -> None:
    """Make `app.openapi()` carry the Problem schema."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            schema.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
            app.openapi_schema = schema
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]  # FastAPI's documented way
