"""The answers of routes about what is recorded beside a deal."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from starlette.responses import Response

from shared.web import json_body
from shared.web.concurrency import etag


def shown(record: object, out: type[BaseModel]) -> dict[str, Any]:
    """The record's fields that the answer has, as they are."""
    return {name: getattr(record, name) for name in out.model_fields}


def one(fields: Mapping[str, Any], *, created_at: str | None = None, key: str = "id") -> Response:
    """One record with its ETag; `created_at` is the path of a new one: 201 with Location, by its `key`."""
    headers = {"ETag": etag(fields["version"])}
    if created_at is not None:
        headers["Location"] = f"{created_at}/{fields[key]}"
    status = 200 if created_at is None else 201
    return Response(json_body.dumps(fields), status, headers, media_type="application/json")
