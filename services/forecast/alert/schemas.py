"""Bodies and answers about alerts."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from services.forecast.alert.domain import Alert, Happened, words_of
from shared.contracts.events.forecast_alert import AlertCause, AlertStatus, Resolution, Severity
from shared.contracts.events.pipeline_issue import IssueStatus, KnownLeak
from shared.contracts.money import Money
from shared.reporting.schemas import Ratio

_Note = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None,
    Field(description="In words, for the history."),
]


class NoteIn(BaseModel):
    """Why, if anything is to be said."""

    model_config = ConfigDict(extra="forbid")

    note: _Note = None


class SnoozeIn(NoteIn):
    """Quiet until then."""

    until: AwareDatetime


class AssignIn(BaseModel):
    """Who sees to it; null: nobody."""

    model_config = ConfigDict(extra="forbid")

    member_id: UUID | None


class EntryOut(BaseModel):
    """What happened, by whom (null: by itself), and the figure then."""

    at: datetime
    what: Happened
    by: UUID | None
    note: str | None
    severity: Severity
    figure: Ratio


class AlertOut(BaseModel):
    """`figure` is or was beyond `limit`; of kind `forecast_gap`: the gap's share of what should have been won
    by now, `amount` the gap itself. `cause`, `words`: what is behind it; `suggestion`: what to do about it.

    `issue_id`: the issue that was opened for it; `leak`: what is known of the leak it is about; `leak_words`:
    the same in words, while that is what is behind the alert. `times`: how often it was raised.
    `measured_at`: when the figure was last looked at.
    """

    id: UUID
    kind: str
    status: AlertStatus
    severity: Severity
    period: str
    starts_on: date
    ends_on: date
    team_id: UUID | None
    owner_id: UUID | None
    figure: Ratio
    limit: Ratio
    amount: Money | None
    cause: AlertCause | None
    words: str | None
    suggestion: str
    times: int
    assigned_to: UUID | None
    snoozed_until: datetime | None
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None
    resolution: Resolution | None
    resolved_at: datetime | None
    issue_id: UUID | None
    issue_status: IssueStatus | None
    leak: KnownLeak | None
    leak_words: str | None
    created_at: datetime
    updated_at: datetime
    measured_at: datetime
    version: int


class AlertWithHistoryOut(AlertOut):
    """`history`: the newest first, up to 200 lines."""

    history: list[EntryOut]


_SUBJECT = ("kind", "period", "starts_on", "ends_on", "team_id", "owner_id")
_FINDING = ("severity", "figure", "limit", "amount", "cause", "words", "suggestion")


def alert_out(found: Alert) -> dict[str, Any]:
    """The fields of AlertOut."""
    plain = [name for name in AlertOut.model_fields if name not in (*_SUBJECT, *_FINDING, "leak_words")]
    fields = {
        **{name: getattr(found, name) for name in plain},
        **{name: getattr(found.subject, name) for name in _SUBJECT},
        **{name: getattr(found.finding, name) for name in _FINDING},
        "leak_words": words_of(found.leak)
        if found.leak is not None and found.is_behind(found.leak)
        else None,
    }
    return {name: _shown(fields[name]) for name in AlertOut.model_fields}


def _shown(value: Any) -> Any:
    if isinstance(value, (AlertCause, KnownLeak)):
        return value.model_dump(mode="json")
    return float(value) if isinstance(value, Decimal) else value
