"""RFC 9457 answers: one shape for every non-2xx, made from a code of the catalogue.

Must never break: every problem has type, title, status, detail, code, trace_id and errors.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from shared.contracts.errors import DomainError, FieldError
from shared.observability import context
from shared.web import json_body
from shared.web.problem_catalogue import PROBLEMS, ProblemType

__all__ = ["PROBLEMS", "Problem", "ProblemType", "problem_body", "problem_of", "problem_response"]

MEDIA_TYPE = "application/problem+json"
_UNLISTED = ProblemType(422, "Refused", "The request was understood and refused.")


class Problem(HTTPException):
    """Raise anywhere in the HTTP layer to answer a problem. Rules raise DomainError instead."""

    def __init__(
        self,
        code: str,
        detail: str,
        errors: Sequence[FieldError] = (),
        *,
        extra: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(status_code=problem_type(code).status, detail=detail, headers=headers)
        self.code = code
        self.errors = tuple(errors)
        self.extra = dict(extra or {})


def problem_type(code: str) -> ProblemType:
    """The catalogue's entry; a code missing there is refused as 422 with the code kept."""
    return PROBLEMS.get(code, _UNLISTED)


def problem_body(
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    extra: Mapping[str, object] | None = None,
) -> dict[str, Any]:
    """The members of a problem, for an answer or for one item of a batch."""
    kind = problem_type(code)
    return {
        "type": f"/problems/{code}",
        "title": kind.title,
        "status": kind.status,
        "detail": detail,
        "code": code,
        "trace_id": context.correlation_id.get(),
        "errors": [{"pointer": e.pointer, "code": e.code, "detail": e.detail} for e in errors],
        **(extra or {}),
    }


def problem_of(error: DomainError) -> dict[str, Any]:
    """The members of the problem a refused rule becomes, for one item of a batch."""
    return problem_body(error.code, error.detail, error.errors, error.extra)


def problem_response(
    code: str,
    detail: str,
    errors: Sequence[FieldError] = (),
    *,
    extra: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer; Retry-After is added where the catalogue says so and none was given."""
    kind = problem_type(code)
    sent = dict(headers or {})
    if kind.retry_after is not None:
        sent.setdefault("Retry-After", str(kind.retry_after))
    if kind.status == 401:
        sent.setdefault("WWW-Authenticate", "Bearer")
    body = json_body.dumps(problem_body(code, detail, errors, extra))
    return Response(body, status_code=kind.status, headers=sent, media_type=MEDIA_TYPE)
