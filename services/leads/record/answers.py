"""The answers every record's routes give."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from pydantic import BaseModel
from starlette.responses import Response

from services.leads.record.domain import R
from services.leads.record.use_cases.upsert_batch import Outcome
from shared.web import json_body
from shared.web.batch import BatchAnswer, Checked
from shared.web.concurrency import etag

Body = TypeVar("Body", bound=BaseModel)


def one(shown: Mapping[str, Any], *, created_at: str | None = None) -> Response:
    """One record with its ETag; `created_at` is the path of a new one: 201 with Location."""
    headers = {"ETag": etag(shown["version"])}
    if created_at is not None:
        headers["Location"] = f"{created_at}/{shown['id']}"
    status = 200 if created_at is None else 201
    return Response(json_body.dumps(shown), status, headers, media_type="application/json")


def fields_of(record: object, out: type[BaseModel]) -> dict[str, Any]:
    """The record's fields that the answer has, as they are."""
    return {name: getattr(record, name) for name in out.model_fields}


def batch(checked: Checked[Body], outcomes: Iterable[Outcome[R]]) -> Response:
    """Every item's result in the order they were sent."""
    return Response(json_body.dumps(settled(checked, outcomes)), media_type="application/json")


def settled(checked: Checked[Body], outcomes: Iterable[Outcome[R]]) -> BatchAnswer:
    """The same before it is written down."""
    for outcome in outcomes:
        if outcome.refusal is not None:
            checked.reject(outcome.index, outcome.refusal)
        elif outcome.became is not None and outcome.record is not None:
            record_id: UUID = outcome.record.id
            checked.settle(outcome.index, outcome.became, record_id)
    return checked.answer()
