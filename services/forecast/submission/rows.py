"""Submissions as rows, rows as submissions."""

from typing import Any

from pydantic import TypeAdapter

from services.forecast.submission.domain import Submission

_STATE: TypeAdapter[Submission] = TypeAdapter(Submission)


def as_submission(state: Any) -> Submission:
    """From what is kept."""
    return _STATE.validate_python(state)


def row_of(each: Submission) -> dict[str, Any]:
    """For `submission`: the whole state, and what is searched by."""
    named = ("id", "version", "status", "due_at", "late", "number", "author_id", "submitted_at")
    return {
        **{name: getattr(each, name) for name in (*named, "created_at", "updated_at")},
        "period": each.period.name,
        "starts_on": each.period.starts_on,
        "ends_on": each.period.ends_on,
        "team_id": each.node.team_id,
        "owner_id": each.node.owner_id,
        "state": state_of(each),
    }


def state_of(each: Submission) -> Any:
    """All of it as JSON."""
    return _STATE.dump_python(each, mode="json")
