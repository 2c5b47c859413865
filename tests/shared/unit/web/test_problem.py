import json
import re

import pytest

from shared.contracts.errors import DomainError, FieldError
from shared.observability import context
from shared.web.problem import PROBLEMS, Problem, problem_of, problem_response


def test_a_problem_has_all_members_and_its_media_type() -> None:
    context.correlation_id.set("trace-1")

    response = problem_response("version_conflict", "Changed.", [FieldError("/name", "changed", "By Ann.")])

    assert response.media_type == "application/problem+json"
    assert json.loads(bytes(response.body)) == {
        "type": "/problems/version_conflict",
        "title": "Changed meanwhile",
        "status": 412,
        "detail": "Changed.",
        "code": "version_conflict",
        "trace_id": "trace-1",
        "errors": [{"pointer": "/name", "code": "changed", "detail": "By Ann."}],
    }


@pytest.mark.parametrize("code", sorted(PROBLEMS))
def test_every_code_is_a_name_with_an_error_status_and_a_meaning(code: str) -> None:
    kind = PROBLEMS[code]

    assert re.fullmatch(r"[a-z][a-z0-9_]+", code)
    assert 400 <= kind.status <= 599
    assert kind.title and kind.meaning.endswith(".")


@pytest.mark.parametrize("status", [429, 503])
def test_every_answer_that_asks_for_patience_says_how_long(status: int) -> None:
    codes = [code for code, kind in PROBLEMS.items() if kind.status == status]

    assert codes
    assert all("Retry-After" in problem_response(code, "").headers for code in codes)


def test_a_given_retry_after_is_kept() -> None:
    assert problem_response("rate_limited", "", headers={"Retry-After": "42"}).headers["Retry-After"] == "42"


def test_an_unlisted_code_is_a_refusal_and_not_a_server_error() -> None:
    assert problem_of(DomainError("no_such_code_yet", "No."))["status"] == 422


def test_what_a_rule_adds_is_shown_beside_the_problem() -> None:
    refused = DomainError("gates_unmet", "Two gates.", extra={"unmet": ["budget", "champion"]})

    assert problem_of(refused)["unmet"] == ["budget", "champion"]


def test_a_problem_knows_its_status() -> None:
    assert Problem("precondition_required", "").status_code == 428
