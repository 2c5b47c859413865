"""The body of a form as names and values, however a browser or program wrote it."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from starlette.exceptions import HTTPException

from shared.contracts.errors import FieldError
from shared.web.problem import Problem

_MOST_FIELDS = 200
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_submitted(request: Request, largest_bytes: int) -> Mapping[str, Any]:
    """What was sent, by name; of a name given twice the last one that is not empty. Raises Problem (400, 413,
    415) for what is no form at all."""
    body = await request.body()
    if len(body) > largest_bytes:
        raise Problem(
            "body_too_large",
            f"The form takes {largest_bytes} bytes.",
            extra={"limit_bytes": largest_bytes},
        )
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        return await _object(request)
    if kind not in _FORMS:
        raise Problem("unsupported_media_type", f"Send one of {', '.join(_FORMS)}, application/json.")
    try:
        async with request.form(max_files=0, max_fields=_MOST_FIELDS) as form:
            sent: dict[str, Any] = {}
            for name, value in form.multi_items():
                if value or name not in sent:
                    sent[name] = value
            return sent
    except HTTPException as error:
        raise Problem("bad_request", f"The form cannot be read: {error.detail}") from None


async def _object(request: Request) -> Mapping[str, Any]:
    try:
        sent = await request.json()
    except json.JSONDecodeError as error:
        found = FieldError("", "malformed_json", f"{error.msg} at character {error.pos}")
        raise Problem("malformed_json", "The body is not valid JSON.", [found]) from None
    if not isinstance(sent, dict) or len(sent) > _MOST_FIELDS:
        raise Problem("bad_request", f"Send an object of at most {_MOST_FIELDS} members.")
    return sent
