"""An alert and what may happen to it. Of each key there is one: raised, known, resolved, raised again."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, TypeVar
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_alert import (
    AlertAcknowledged,
    AlertCause,
    AlertChanged,
    AlertRaised,
    AlertResolved,
    AlertState,
    AlertStatus,
    Resolution,
    Severity,
)
from shared.contracts.events.pipeline_issue import IssueStatus, KnownLeak
from shared.contracts.money import Money

Happened = Literal[
    "raised",
    "raised_again",
    "worsened",
    "changed",
    "acknowledged",
    "assigned",
    "snoozed",
    "woken",
    "resolved",
    "issue_linked",
]
Fact = TypeVar("Fact", bound=AlertState)
WAKE = "alert.wake"
"""The kind of work that ends a snooze."""
WORTH_TELLING = Decimal("0.05")
"""A figure that moved by so much since it was told is told again."""
SEVERITIES: tuple[Severity, ...] = ("warning", "critical")


class AlertError(DomainError):
    """Why nothing happened to an alert."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What an alert is about: a kind of figure of a member, a team or (neither) all, in a period."""

    kind: str
    period: str
    starts_on: date
    ends_on: date
    team_id: UUID | None = None
    owner_id: UUID | None = None

    @property
    def key(self) -> str:
        """The same for the same subject."""
        node = (
            f"owner:{self.owner_id}" if self.owner_id else f"team:{self.team_id}" if self.team_id else "all"
        )
        return f"{self.kind}/{self.starts_on}..{self.ends_on}/{node}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at the figure found. `words` name what is behind it, `suggestion` what to do."""

    severity: Severity
    figure: Decimal
    limit: Decimal
    amount: Money | None
    cause: AlertCause | None
    words: str | None
    suggestion: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of an alert's history. `by` is a member, None for the service itself."""

    at: datetime
    what: Happened
    by: UUID | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """The next state, the fact to tell, and its line in the history; without the last two only figures are
    newer, and the version stays."""

    after: "Alert"
    event: AlertState | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`told`: the figure when it was last told. `cleared`: back within the limit since it was resolved."""

    id: UUID
    subject: Subject
    finding: Finding
    told: Decimal
    status: AlertStatus = "open"
    times: int = 1
    assigned_to: UUID | None = None
    snoozed_until: datetime | None = None
    acknowledged_by: UUID | None = None
    acknowledged_at: datetime | None = None
    resolution: Resolution | None = None
    resolved_at: datetime | None = None
    cleared: bool = False
    issue_id: UUID | None = None
    issue_status: IssueStatus | None = None
    leak: KnownLeak | None = None
    created_at: datetime
    updated_at: datetime
    measured_at: datetime
    version: int = 1

    @property
    def is_over(self) -> bool:
        """Nobody waits for it."""
        return self.status == "resolved"

    def is_behind(self, leak: KnownLeak) -> bool:
        """Whether the leak is where the cause says now: causes change while an issue goes on about one."""
        cause = self.finding.cause
        if cause is None or cause.measure != leak.measure:
            return False
        same_part = cause.by in (None, "stage") or (cause.by, cause.value) == (leak.by, leak.value)
        return same_part and leak.stage_id in (None, cause.stage_id)

    def raised(self) -> Change:
        """The fact that it is there."""
        event = AlertRaised(changed=tuple(sorted(self.published())), **self.published())
        return Change(self, event, Entry(self.created_at, "raised"))

    def found(self, finding: Finding, *, now: datetime) -> Change:
        """The figure is still, or again, beyond its limit.

        What was resolved by hand is raised again only after it was back within the limit, or when it is
        worse: graver, or by as much again as the limit since it was told. What is snoozed stays so unless it
        is worse. Small moves of the figure are kept, not told, and make nothing less grave.
        """
        graver = SEVERITIES.index(finding.severity) - SEVERITIES.index(self.finding.severity)
        worse = graver > 0 or finding.figure - self.told >= finding.limit
        if not self.is_over and graver < 0 and self.told - finding.figure < WORTH_TELLING:
            finding = replace(finding, severity=self.finding.severity)
        if self.is_over:
            if self.resolution == "by_hand" and not self.cleared and not worse:
                return Change(replace(self, measured_at=now))
            return self._raised_again(finding, now)
        if worse:
            waiting = {"status": "open", "snoozed_until": None, **_UNKNOWN}
            return self._next(AlertChanged, "worsened", now, finding=finding, **waiting)
        asleep = self.snoozed_until is not None and now < self.snoozed_until
        if asleep or not self._is_news(finding):
            return Change(replace(self, finding=finding, measured_at=now))
        return self._next(AlertChanged, "changed", now, finding=finding)

    def within(self, finding: Finding | None, *, resolution: Resolution, now: datetime) -> Change:
        """The figure is well within its limit, or its period is over: resolved by itself."""
        if self.is_over:
            return Change(replace(self, cleared=True, measured_at=now))
        return self._resolved(resolution, now, finding=finding or self.finding, cleared=True)

    def measured(self, finding: Finding, *, now: datetime) -> Change:
        """Neither beyond the limit nor well within: nothing happens, and the figure is newer."""
        return Change(self if self.is_over else replace(self, finding=finding, measured_at=now))

    def acknowledge(self, by: UUID | None, note: str | None, *, now: datetime) -> Change:
        """Somebody knows. Refuses with `state_conflict` what is resolved or known."""
        if self.status != "open":
            raise _not_from(self.status)
        known = {"status": "acknowledged", "acknowledged_by": by, "acknowledged_at": now}
        return self._next(AlertAcknowledged, "acknowledged", now, by=by, note=note, **known)

    def resolve(self, by: UUID | None, note: str | None, *, now: datetime) -> Change:
        """Somebody says it is settled. Refuses with `state_conflict` what is resolved."""
        if self.is_over:
            raise _not_from(self.status)
        return self._resolved("by_hand", now, by=by, note=note, cleared=False)

    def snooze(self, until: datetime, by: UUID | None, note: str | None, *, now: datetime) -> Change:
        """Quiet until then, unless it gets worse. Refuses with `state_conflict` what is resolved, and with
        `validation_failed` an instant that has passed."""
        if self.is_over:
            raise _not_from(self.status)
        if until <= now:
            detail = "Name an instant to come."
            raise AlertError("validation_failed", detail, [FieldError("/until", "in_the_past", detail)])
        return self._next(AlertChanged, "snoozed", now, by=by, note=note, snoozed_until=until)

    def wake(self, *, now: datetime) -> Change:
        """The snooze is over; what was resolved or snoozed for longer meanwhile stays as it is."""
        if self.is_over or self.snoozed_until is None or now < self.snoozed_until:
            return Change(self)
        return self._next(AlertChanged, "woken", now, snoozed_until=None)

    def assign(self, member_id: UUID | None, by: UUID | None, *, now: datetime) -> Change:
        """Another member sees to it. Refuses with `state_conflict` what is resolved."""
        if self.is_over:
            raise _not_from(self.status)
        if member_id == self.assigned_to:
            return Change(self)
        return self._next(AlertChanged, "assigned", now, by=by, assigned_to=member_id)

    def link(self, issue_id: UUID, status: IssueStatus, leak: KnownLeak | None, *, now: datetime) -> Change:
        """An issue was opened for it, or stands otherwise. The same again changes nothing."""
        linked: dict[str, Any] = {"issue_id": issue_id, "issue_status": status, "leak": leak}
        if all(getattr(self, name) == value for name, value in linked.items()):
            return Change(self)
        return self._next(AlertChanged, "issue_linked", now, **linked)

    def published(self) -> dict[str, Any]:
        """The fields of an event's full state."""
        plain = (
            "status",
            "times",
            "assigned_to",
            "snoozed_until",
            "resolution",
            "issue_id",
            "leak",
            "created_at",
        )
        subject = ("kind", "period", "starts_on", "ends_on", "team_id", "owner_id")
        finding = ("severity", "figure", "limit", "amount", "cause")
        return {
            "alert_id": self.id,
            **{name: getattr(self, name) for name in plain},
            **{name: getattr(self.subject, name) for name in subject},
            **{name: getattr(self.finding, name) for name in finding},
        }

    def _is_news(self, finding: Finding) -> bool:
        moved = abs(finding.figure - self.told) >= WORTH_TELLING
        return moved or finding.severity != self.finding.severity or _place(finding) != _place(self.finding)

    def _raised_again(self, finding: Finding, now: datetime) -> Change:
        again: dict[str, Any] = {"status": "open", "times": self.times + 1, "cleared": False, **_UNKNOWN}
        ended = {"resolution": None, "resolved_at": None, "snoozed_until": None}
        return self._next(AlertRaised, "raised_again", now, finding=finding, **again, **ended)

    def _resolved(self, resolution: Resolution, now: datetime, **fields: Any) -> Change:
        ended: dict[str, Any] = {"status": "resolved", "resolution": resolution, "resolved_at": now}
        return self._next(AlertResolved, "resolved", now, snoozed_until=None, **ended, **fields)

    def _next(
        self,
        kind: type[Fact],
        what: Happened,
        now: datetime,
        *,
        by: UUID | None = None,
        note: str | None = None,
        **fields: Any,
    ) -> Change:
        after = replace(self, **fields, updated_at=now, version=self.version + 1)
        if "finding" in fields:
            after = replace(after, told=after.finding.figure, measured_at=now)
        state, before = after.published(), self.published()
        changed = tuple(name for name, value in state.items() if value != before[name])
        before_it = self.assigned_to if after.assigned_to != self.assigned_to else None
        event = kind(changed=changed, assigned_before=before_it, **state)
        return Change(after, event, Entry(now, what, by, note))


_UNKNOWN: dict[str, Any] = {"acknowledged_by": None, "acknowledged_at": None}


def new_alert(alert_id: UUID, subject: Subject, finding: Finding, *, now: datetime) -> Alert:
    """A figure that was never beyond its limit before."""
    return Alert(
        id=alert_id,
        subject=subject,
        finding=finding,
        told=finding.figure,
        created_at=now,
        updated_at=now,
        measured_at=now,
    )


def words_of(leak: KnownLeak) -> str:
    """`Of 60 deals 24 were lost there, of 240 earlier 24; seen every night since 2027-01-04.`"""
    what = "lost" if leak.measure == "lost" else "stuck"
    against = "earlier" if leak.against == "earlier" else "of the rest"
    seen = "" if leak.first_seen is None else f"; seen every night since {leak.first_seen}"
    return (
        f"Of {leak.of} deals {leak.deals} were {what} there, "
        f"of {leak.reference_of} {against} {leak.reference_deals}{seen}."
    )


def _place(finding: Finding) -> tuple[Any, ...]:
    cause = finding.cause
    return () if cause is None else (cause.part, cause.by, cause.value, cause.stage_id)


def _not_from(status: AlertStatus) -> AlertError:
    return AlertError("state_conflict", f"It is {status}.")
