"""Turns everything a request can raise into a problem answer. One place, for every service.

Must never break: no answer of ours is FastAPI's or Starlette's own error body.
"""

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from shared.contracts.errors import DomainError, FieldError
from shared.observability.logging import logger
from shared.web.database_errors import UNAVAILABLE, constraint_of, refusal
from shared.web.problem import Problem, problem_response
from shared.web.validation import field_errors

_log = logger("shared.web.problem")
_BY_STATUS = {
    400: "bad_request",
    401: "unauthenticated",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
    415: "unsupported_media_type",
    422: "validation_failed",
    429: "rate_limited",
    503: "temporarily_unavailable",
    504: "deadline_exceeded",
}


def install(app: FastAPI, *, constraint_codes: Mapping[str, str]) -> None:
    """Register the handlers. `constraint_codes`: database constraint name -> problem code."""

    async def on_database(_: Request, error: Exception) -> Response:
        return _database(error, constraint_codes)

    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    app.add_exception_handler(DomainError, _domain)
    for kind in (DBAPIError, PoolTimeout, ConnectionError):
        app.add_exception_handler(kind, on_database)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this class only
    if isinstance(error, Problem):
        return problem_response(
            error.code, error.detail, error.errors, extra=error.extra, headers=error.headers
        )
    code = _BY_STATUS.get(error.status_code, "internal_error")
    detail = error.detail if isinstance(error.detail, str) else HTTPStatus(error.status_code).phrase
    headers = {"Allow": _allowed(request)} if error.status_code == 405 else error.headers
    return problem_response(code, detail, headers=headers)


def _allowed(request: Request) -> str:
    """The methods of every route with this path; Starlette names those of the first one only."""
    routes = [route for route in request.app.router.routes if isinstance(route, Route)]
    here = [route for route in routes if route.path_regex.match(request.scope["path"])]
    return ", ".join(sorted({method for route in here for method in route.methods or ()}))


async def _domain(_: Request, error: Exception) -> Response:
    assert isinstance(error, DomainError)  # noqa: S101 - registered for this class only
    return problem_response(error.code, error.detail, error.errors, extra=error.extra)


async def _validation(_: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this class only
    findings = error.errors()
    if isinstance(error.__cause__, json.JSONDecodeError):
        return _malformed(error.__cause__)
    if isinstance(error.body, bytes) and error.body:
        return problem_response("unsupported_media_type", "The body is read as `application/json` only.")
    outside = [finding for finding in findings if finding["loc"][0] != "body"]
    if outside:
        return problem_response("invalid_parameter", _summary(outside), field_errors(outside))
    errors = field_errors(findings, skip=1, body=error.body)
    return problem_response("validation_failed", _summary(findings), errors)


def _malformed(error: json.JSONDecodeError) -> Response:
    found = FieldError(pointer="", code="malformed_json", detail=f"{error.msg} at character {error.pos}")
    return problem_response("malformed_json", "The body is not valid JSON.", (found,))


def _summary(findings: Sequence[Mapping[str, Any]]) -> str:
    count = len(findings)
    return "One value is wrong." if count == 1 else f"{count} values are wrong."


def _database(error: Exception, constraint_codes: Mapping[str, str]) -> Response:
    assert isinstance(error, DBAPIError | PoolTimeout | OSError)  # noqa: S101 - registered for these only
    found = refusal(error, constraint_codes)
    if found is None:
        raise error
    code, detail = found
    if found == UNAVAILABLE:
        _log.warning("database_unavailable", error=type(error).__qualname__)
    elif isinstance(error, DBAPIError) and constraint_of(error):
        _log.info("constraint_refused", constraint=constraint_of(error), code=code)
    return problem_response(code, detail)
