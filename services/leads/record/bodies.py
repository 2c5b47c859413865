"""The bodies of many items: a batch, or a stream of lines, of which a broken one is refused by itself."""

import json
from collections.abc import AsyncIterator
from typing import Any

from fastapi import Request
from pydantic import BaseModel, ValidationError
from starlette.requests import ClientDisconnect

from services.leads.record.schemas import invalid
from shared.contracts.errors import DomainError, FieldError
from shared.web import strict_json
from shared.web.batch import LONGEST_LINE, MOST_ITEMS, NDJSON, BatchItems
from shared.web.problem import Problem
from shared.web.validation import field_errors


async def pieces(request: Request, *, at_once: int) -> AsyncIterator[list[object]]:
    """Up to `at_once` values while the body arrives; a line that is not JSON is an DomainError in its place.

    Blank lines are skipped. Raises Problem `body_too_large` for a line over 1 MiB, ClientDisconnect when the
    connection breaks; the lines that came whole before are given out first.
    """
    values: list[object] = []
    ended: Problem | ClientDisconnect | None = None
    try:
        async for line in _lines(request):
            values.append(_value(line))
            if len(values) == at_once:
                yield values
                values = []
    except (Problem, ClientDisconnect) as early:
        ended = early
    if values:
        yield values
    if ended is not None:
        raise ended


async def _lines(request: Request) -> AsyncIterator[bytes]:
    rest = b""
    async for received in request.stream():
        *lines, rest = (rest + received).split(b"\n")
        for line in lines:
            _check_length(line)
            if line.strip():
                yield line
        _check_length(rest)
    if rest.strip():
        yield rest


def _check_length(line: bytes) -> None:
    if len(line) > LONGEST_LINE:
        raise Problem(
            "body_too_large",
            f"A line is longer than {LONGEST_LINE} bytes.",
            extra={"limit_bytes": LONGEST_LINE},
            headers={"Connection": "close"},
        )


def _value(line: bytes) -> object:
    try:
        value: object = strict_json.loads(line)
    except strict_json.RepeatedKey as error:
        return DomainError("malformed_json", str(error), [FieldError("", "repeated_key", str(error))])
    except json.JSONDecodeError as error:
        found = FieldError("", "malformed_json", f"{error.msg} at character {error.pos}")
        return DomainError("malformed_json", "The line is not valid JSON.", [found])
    return value


def batch_of(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra` of a batch of these: 1 to 1,000 as JSON, or one a line without a limit."""
    schema = model.model_json_schema(ref_template="{model}")
    item = _resolved(schema, schema.pop("$defs", {}))
    items = {"type": "array", "items": item, "minItems": 1, "maxItems": MOST_ITEMS}
    body = {"type": "object", "required": ["items"], "properties": {"items": items}}
    content = {"application/json": {"schema": body}, NDJSON: {"schema": item}}
    return {"requestBody": {"required": True, "content": content}}


def _resolved(schema: Any, models: dict[str, Any]) -> Any:
    """The schema with the models it refers to put in their place: the document may name them otherwise."""
    if isinstance(schema, dict) and "$ref" in schema:
        beside = {name: value for name, value in schema.items() if name != "$ref"}
        return _resolved({**models[schema["$ref"]], **beside}, models)
    if isinstance(schema, dict):
        return {name: _resolved(inner, models) for name, inner in schema.items()}
    if isinstance(schema, list):
        return [_resolved(inner, models) for inner in schema]
    return schema


async def read_batch(request: Request) -> list[Any]:
    """The items of a batch, 1 to 1,000. Raises Problem (400, 415 or 422) when it is no batch."""
    content_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if content_type != "application/json":
        raise Problem("unsupported_media_type", f"Send `application/json` or `{NDJSON}`.")
    try:
        return BatchItems.model_validate(await request.json()).items
    except json.JSONDecodeError as error:
        found = FieldError("", "malformed_json", f"{error.msg} at character {error.pos}")
        raise Problem("malformed_json", "The body is not valid JSON.", [found]) from None
    except ValidationError as error:
        raise invalid(field_errors(error.errors(include_url=False, include_input=False))) from None
