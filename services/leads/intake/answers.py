"""What is answered to pushes."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from services.leads.intake.domain import IntakeError, Pushed
from shared.web import json_body
from shared.web.problem import problem_of

_STATUS = {"created": 201, "duplicate": 201, "updated": 200, "unchanged": 200, "quarantined": 202}


def push_answer(result: Pushed) -> Response:
    """One push's receipt, a new one with its place. Raises the problem of a rejected one."""
    if result.problem is not None:
        raise result.problem
    shown = {
        "id": result.lead_id,
        "external_id": result.external_id,
        "status": result.status,
        "receipt_id": result.receipt_id,
        "errors": [asdict(error) for error in result.errors],
    }
    status = _STATUS[result.status]
    where = {"Location": f"/v1/partner/leads/{_segment(str(result.external_id))}"} if status == 201 else {}
    return Response(json_body.dumps(shown), status, where, media_type="application/json")


def _segment(reference: str) -> str:
    """The reference as one segment of a path; dots alone would be taken for a folder."""
    quoted = quote(reference, safe="")
    return quoted.replace(".", "%2E") if not quoted.strip(".") else quoted


def batch_answer(results: Sequence[Pushed]) -> Response:
    """Every item's result in order."""
    items = [item_answer(result, result.index) for result in results]
    return Response(json_body.dumps({"items": items}), media_type="application/json")


def item_answer(result: Pushed, index: int) -> dict[str, Any]:
    """One item's result. A quarantined item's problem says what is wrong with it."""
    return {
        "index": index,
        "status": result.status,
        "id": result.lead_id,
        "external_id": result.external_id,
        "receipt_id": result.receipt_id,
        "problem": _problem(result),
    }


def _problem(result: Pushed) -> dict[str, Any] | None:
    if result.problem is not None:
        return problem_of(result.problem)
    if result.errors:
        detail = "Kept in quarantine until it is corrected or let in."
        return problem_of(IntakeError("validation_failed", detail, result.errors))
    return None
