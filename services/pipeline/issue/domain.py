"""What may happen to an issue, and when a leak counts as mended."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from services.pipeline.leak.domain.comparison import (
    FALSE_ALARMS,
    LEAST_DIFFERENCE,
    MINIMUM_SAMPLE,
    Against,
)
from services.pipeline.leak.domain.counts import By, Count, Cut, Measure
from services.pipeline.leak.domain.statistics import chance_of_more
from services.pipeline.leak_run.domain import Sighting
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_alert import AlertStatus
from shared.contracts.events.pipeline_issue import (
    IssueChanged,
    IssueOpened,
    IssueRechecked,
    IssueState,
    IssueStatus,
    KnownLeak,
    Verdict,
)
from shared.contracts.money import Money

Fact = TypeVar("Fact", bound=IssueState)
RECHECK = "issue.recheck"
"""The kind of work that compares again."""
FOLLOW_ALERT = "issue.follow_alert"
"""The kind of work that opens an issue for an alert, or tells it how the alert stands."""
ALIVE: tuple[IssueStatus, ...] = ("open", "watching")
STEPS: Mapping[IssueStatus, tuple[IssueStatus, ...]] = {
    "open": ("watching", "mended", "closed"),
    "watching": ("open", "mended", "closed"),
    "mended": ("open", "closed"),
    "closed": ("open",),
}
"""From a status to those that may follow it."""


class IssueError(DomainError):
    """A rule of issues said no."""


@dataclass(frozen=True, slots=True)
class Level:
    """Bad deals of so many."""

    deals: int
    of: int

    @property
    def share(self) -> float:
        """The bad ones among them; 0 of none."""
        return self.deals / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Tried:
    """Something that was done about it, and what came of it."""

    on: date
    what: str
    result: str | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the figures said when it was opened. `begins`, `ends`: the period, both days included.

    `earlier_begins`: the first day of what it was compared with; `limit_days`: what counted as too long.
    """

    against: Against
    earlier_begins: date
    begins: date
    ends: date
    now: Level
    reference: Level
    p_value: float
    since: date | None = None
    limit_days: float | None = None


@dataclass(frozen=True, slots=True)
class Recheck:
    """The figures from `begins`, when the fix was in place, to `on`; `better`, `still_worse`: p-values."""

    on: date
    begins: date
    now: Level
    reference: Level
    better: float
    still_worse: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """Whose deals it is about: those that whoever opened it could see."""

    sub: str
    role: str
    scope: str
    team_ids: tuple[UUID, ...] = ()

    @property
    def name(self) -> str:
        """The same for all who see the same deals."""
        teams = ",".join(sorted(map(str, self.team_ids)))
        return {"all": "all", "subtree": f"teams:{teams}"}.get(self.scope, f"member:{self.sub}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A bottleneck somebody mends. Without a stage it is one that no figures are kept of.

    `watched_since`: the day from which a fix is in place. `verdict` of the last recheck. `team_id`: of the
    alert it was opened for.
    """

    id: UUID
    title: str
    status: IssueStatus = "open"
    stage_id: UUID | None = None
    measure: Measure | None = None
    by: By = "all"
    value: str | None = None
    owner_id: UUID | None = None
    opened_by: str
    viewpoint: Viewpoint
    fix: str | None = None
    tried: tuple[Tried, ...] = ()
    recheck_on: date | None = None
    watched_since: date | None = None
    evidence: Evidence | None = None
    rechecks: tuple[Recheck, ...] = ()
    verdict: Verdict | None = None
    value_at_stake: Money | None = None
    alert_id: UUID | None = None
    alert_status: AlertStatus | None = None
    team_id: UUID | None = None
    leak: KnownLeak | None = None
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None = None
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def cut(self) -> Cut:
        """The part of the deals it is about."""
        return Cut(self.by, self.value)

    @property
    def key(self) -> str | None:
        """The same for issues about the same stage, part and deals; None when it is about no stage, or of an
        alert, which has one of its own."""
        if self.stage_id is None or self.alert_id is not None:
            return None
        return f"{self.stage_id}/{self.by}/{self.value or ''}/{self.viewpoint.name}"

    @property
    def alive(self) -> bool:
        """Whether it still waits for somebody."""
        return self.status in ALIVE

    def open(self) -> IssueOpened:
        """The fact that it is there."""
        return IssueOpened(**self.published())

    def edit(self, fields: Mapping[str, Any], *, today: date, now: datetime) -> tuple["Issue", IssueChanged]:
        """Other values for some fields; this very issue when none is new. A status that is entered sets when
        watching began and when it ended. Refuses with `state_conflict` a status that may not follow, and with
        `validation_failed` to watch what no figures are kept of, and to compare again in the past."""
        given = {name: value for name, value in fields.items() if value != getattr(self, name)}
        if "status" in given:
            given |= self._entered(given["status"], today, now)
        recheck_on = fields.get("recheck_on")
        if recheck_on is not None and recheck_on != self.recheck_on:
            self._refuse_recheck(recheck_on, given.get("status", self.status), today)
        if not given:
            return self, self._fact(IssueChanged, self)
        after = self._next(given, now)
        return after, after._fact(IssueChanged, self)

    def compared(
        self, recheck: Recheck, *, again_on: date | None, now: datetime
    ) -> tuple["Issue", IssueRechecked]:
        """After a recheck: mended where the verdict says so, else compared again on that day, if any."""
        mended = recheck.verdict == "mended"
        fields: dict[str, Any] = {
            "rechecks": (*self.rechecks, recheck),
            "verdict": recheck.verdict,
            "recheck_on": None if mended else again_on,
        }
        if mended:
            fields |= {"status": "mended", "ended_at": now}
        after = self._next(fields, now)
        return after, after._fact(IssueRechecked, self, deals=recheck.now.deals, of=recheck.now.of)

    def published(self) -> dict[str, Any]:
        """The fields of an event's full state."""
        return {
            "issue_id": self.id,
            **{
                name: getattr(self, name)
                for name in (
                    *("status", "created_at", "stage_id", "measure", "by", "value", "owner_id"),
                    *("recheck_on", "verdict", "value_at_stake", "leak"),
                    *("alert_id", "alert_status", "team_id"),
                )
            },
        }

    def _entered(self, status: IssueStatus, today: date, now: datetime) -> dict[str, Any]:
        if status not in STEPS[self.status]:
            allowed = ", ".join(STEPS[self.status])
            detail = f"It is {self.status}; from there it can become {allowed}."
            raise IssueError("state_conflict", detail, [FieldError("/status", "not_from_here", detail)])
        if status == "watching":
            return {"status": status, "watched_since": today, "ended_at": None}
        if status == "open":
            return {"status": status, "ended_at": None}
        return {"status": status, "ended_at": now, "recheck_on": None}

    def _refuse_recheck(self, recheck_on: date, status: IssueStatus, today: date) -> None:
        if self.evidence is None:
            detail = "There are no figures to compare again: it is about no stage."
            raise _wrong_recheck("no_figures", detail)
        if status not in ALIVE:
            raise _wrong_recheck("ended", f"An issue that is {status} is not compared again.")
        if recheck_on <= today:
            raise _wrong_recheck("in_the_past", "Name a day after today.")

    def _next(self, fields: Mapping[str, Any], now: datetime) -> "Issue":
        version = self.version + 1
        versions = {**self.field_versions, **dict.fromkeys(fields, version)}
        return replace(self, **fields, updated_at=now, version=version, field_versions=versions)

    def _fact(self, kind: type[Fact], before: "Issue", **more: Any) -> Fact:
        state, earlier = self.published(), before.published()
        changed = tuple(name for name, value in state.items() if value != earlier[name])
        return kind(**state, **more, changed=changed)


def _wrong_recheck(code: str, detail: str) -> IssueError:
    return IssueError("validation_failed", detail, [FieldError("/recheck_on", code, detail)])


def known_leak(issue: Issue, seen: Sighting | None) -> KnownLeak | None:
    """What the figures with which it was opened say of the leak, and since when the nightly look sees it."""
    evidence = issue.evidence
    if evidence is None or issue.measure is None:
        return None
    return KnownLeak(
        measure=issue.measure,
        stage_id=issue.stage_id,
        by=issue.by,
        value=issue.value,
        against=evidence.against,
        deals=evidence.now.deals,
        of=evidence.now.of,
        reference_deals=evidence.reference.deals,
        reference_of=evidence.reference.of,
        p_value=evidence.p_value,
        first_seen=seen and seen.first_seen,
        q_value=seen and seen.q_value,
    )


def level(count: Count) -> Level:
    """As it is kept."""
    return Level(count.bad, count.of)


def judged(on: date, begins: date, *, now: Level, leak: Level, reference: Level) -> Recheck:
    """Whether a leak is mended: better than when it leaked, and no worse any more than what it is compared
    with, each by the same test that found it. Better but still worse is `improved`; still worse and not
    better is `not_mended`; all else, and fewer than 30 deals, is `undecided`."""
    better = chance_of_more(leak.deals, leak.of, now.deals, now.of)
    still_worse = chance_of_more(now.deals, now.of, reference.deals, reference.of)
    is_better = better <= FALSE_ALARMS
    is_worse = still_worse <= FALSE_ALARMS and now.share - reference.share >= LEAST_DIFFERENCE
    verdicts: dict[tuple[bool, bool], Verdict] = {
        (True, False): "mended",
        (True, True): "improved",
        (False, True): "not_mended",
    }
    enough = now.of >= MINIMUM_SAMPLE
    verdict = verdicts.get((is_better, is_worse), "undecided") if enough else "undecided"
    return Recheck(on, begins, now, reference, better, still_worse, verdict)
