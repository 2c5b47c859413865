"""What may happen to an alert, and when a gap raises one."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.alert.domain import Alert, AlertError, Change, Finding, Subject, new_alert
from services.forecast.gap_rule.domain import Limits
from shared.contracts.events.forecast_alert import AlertCause, Severity
from shared.contracts.events.pipeline_issue import KnownLeak
from tests.forecast.builders import any_id, at, eur, named

NOW = at("2027-02-10T04:00")
SUBJECT = Subject("forecast_gap", "2027-Q1", date(2027, 1, 1), date(2027, 3, 31))
ANN = named("ann")


def a_finding(
    figure: str = "0.15", severity: Severity = "warning", *, source: str | None = "fair"
) -> Finding:
    cause = AlertCause(part="lost", amount=eur(10), share=Decimal(1), deals=1, by="source", value=source)
    return Finding(severity, Decimal(figure), Decimal("0.1"), eur(15), cause, "words", "suggestion")


def an_alert(**changes: Any) -> Alert:
    return replace(new_alert(any_id(), SUBJECT, a_finding(), now=NOW), **changes)


def resolved_by_hand() -> Alert:
    return an_alert().resolve(ANN, "done", now=NOW).after


def what(change: Change) -> str | None:
    return None if change.entry is None else change.entry.what


def test_the_same_finding_again_tells_nothing() -> None:
    again = an_alert().found(a_finding("0.16"), now=NOW)

    assert (again.event, again.after.version, again.after.finding.figure) == (None, 1, Decimal("0.16"))


@pytest.mark.parametrize(
    ("finding", "happened"),
    [
        (a_finding("0.21"), "changed"),
        (a_finding("0.15", source="web"), "changed"),
        (a_finding("0.30", "critical"), "worsened"),
    ],
)
def test_a_finding_that_is_news_is_told(finding: Finding, happened: str) -> None:
    change = an_alert().found(finding, now=NOW)

    assert (what(change), change.after.version) == (happened, 2)


def test_small_moves_that_add_up_are_told() -> None:
    alert = an_alert()
    for figure in ("0.17", "0.19"):
        alert = alert.found(a_finding(figure), now=NOW).after

    assert what(alert.found(a_finding("0.20"), now=NOW)) == "changed"


def test_what_gets_worse_is_open_again_though_known_and_snoozed() -> None:
    known = an_alert().acknowledge(ANN, None, now=NOW).after
    asleep = known.snooze(NOW + timedelta(days=7), ANN, None, now=NOW).after

    change = asleep.found(a_finding("0.4", "critical"), now=NOW)

    assert (change.after.status, change.after.snoozed_until, change.after.acknowledged_by) == (
        "open",
        None,
        None,
    )


def test_nothing_is_told_while_it_is_snoozed() -> None:
    asleep = an_alert().snooze(NOW + timedelta(days=7), ANN, None, now=NOW).after

    assert asleep.found(a_finding("0.19", source="web"), now=NOW).event is None
    assert what(asleep.found(a_finding("0.19", source="web"), now=NOW + timedelta(days=8))) == "changed"


def test_it_wakes_once() -> None:
    until = NOW + timedelta(days=7)
    asleep = an_alert().snooze(until, ANN, None, now=NOW).after

    assert asleep.wake(now=NOW).event is None
    assert what(asleep.wake(now=until)) == "woken"
    assert asleep.wake(now=until).after.wake(now=until).event is None


def test_resolved_by_hand_it_stays_so_until_it_was_back_within_its_limit() -> None:
    settled = resolved_by_hand()

    still = settled.found(a_finding("0.19"), now=NOW)
    back = settled.within(a_finding("0.01"), resolution="by_itself", now=NOW)
    again = back.after.found(a_finding(), now=NOW)

    assert (still.event, still.after.status) == (None, "resolved")
    assert (back.event, back.after.cleared) == (None, True)
    assert (what(again), again.after.status, again.after.times) == ("raised_again", "open", 2)


def test_resolved_by_hand_it_is_raised_again_when_it_gets_worse() -> None:
    assert what(resolved_by_hand().found(a_finding("0.5", "critical"), now=NOW)) == "raised_again"


@pytest.mark.parametrize(("figure", "happened"), [("0.30", None), ("0.31", "raised_again")])
def test_what_was_critical_when_resolved_is_worse_by_as_much_again_as_the_limit(
    figure: str, happened: str | None
) -> None:
    critical = an_alert(finding=a_finding("0.21", "critical"), told=Decimal("0.21"))
    settled = critical.resolve(ANN, "done", now=NOW).after

    assert what(settled.found(a_finding(figure, "critical"), now=NOW)) == happened


def test_a_creeping_gap_wakes_what_is_snoozed() -> None:
    alert = an_alert().snooze(NOW + timedelta(days=30), ANN, None, now=NOW).after
    for figure in ("0.18", "0.21", "0.24"):
        alert = alert.found(a_finding(figure), now=NOW).after

    assert what(alert.found(a_finding("0.25"), now=NOW)) == "worsened"


def test_a_figure_at_the_critical_limit_does_not_turn_the_alert_over_night_by_night() -> None:
    alert = an_alert(finding=a_finding("0.21", "critical"), told=Decimal("0.21"))
    alert = alert.acknowledge(ANN, None, now=NOW).after
    for figure, severity in (("0.19", "warning"), ("0.21", "critical"), ("0.18", "warning")):
        alert = alert.found(a_finding(figure, severity), now=NOW).after  # type: ignore[arg-type]  # a literal

    assert (alert.status, alert.finding.severity, alert.version) == ("acknowledged", "critical", 2)
    assert alert.found(a_finding("0.15"), now=NOW).after.finding.severity == "warning"


def test_the_fact_says_out_of_whose_hands_it_was_taken() -> None:
    hers = an_alert().assign(ANN, None, now=NOW)
    his = hers.after.assign(named("bob"), None, now=NOW)
    known = his.after.acknowledge(ANN, None, now=NOW)

    assert [each.event and each.event.assigned_before for each in (hers, his, known)] == [None, ANN, None]


@pytest.mark.parametrize(
    ("leak", "is_behind"),
    [({}, True), ({"value": "web"}, False), ({"measure": "stuck"}, False), ({"stage_id": ANN}, False)],
)
def test_a_leak_is_behind_an_alert_while_it_is_where_the_cause_says(
    leak: dict[str, Any], is_behind: bool
) -> None:
    cause = AlertCause(
        part="lost", amount=eur(10), share=Decimal(1), deals=1, by="source", value="fair", measure="lost",
        stage_id=named("Offer"),
    )  # fmt: skip
    known: dict[str, Any] = {
        **{"measure": "lost", "against": "earlier", "deals": 2, "of": 4, "reference_deals": 1},
        **{"reference_of": 9, "p_value": 0.1, "by": "source", "value": "fair", "stage_id": named("Offer")},
    }

    alert = an_alert(finding=replace(a_finding(), cause=cause))

    assert alert.is_behind(KnownLeak(**{**known, **leak})) is is_behind


def test_resolved_by_itself_it_is_raised_again_when_it_returns() -> None:
    over = an_alert().within(a_finding("0.01"), resolution="by_itself", now=NOW).after

    assert what(over.found(a_finding(), now=NOW)) == "raised_again"


@pytest.mark.parametrize("step", ["acknowledge", "resolve", "snooze", "assign"])
def test_what_is_resolved_takes_no_step(step: str) -> None:
    settled, later = resolved_by_hand(), NOW + timedelta(days=1)
    steps = {
        "acknowledge": lambda: settled.acknowledge(ANN, None, now=NOW),
        "resolve": lambda: settled.resolve(ANN, None, now=NOW),
        "snooze": lambda: settled.snooze(later, ANN, None, now=NOW),
        "assign": lambda: settled.assign(ANN, ANN, now=NOW),
    }

    with pytest.raises(AlertError) as refusal:
        steps[step]()

    assert refusal.value.code == "state_conflict"


def test_a_snooze_into_the_past_is_refused() -> None:
    with pytest.raises(AlertError) as refusal:
        an_alert().snooze(NOW, ANN, None, now=NOW)

    assert refusal.value.code == "validation_failed"


STEPS = st.sampled_from(
    ["found", "worse", "within", "measured", "acknowledge", "resolve", "snooze", "wake", "assign"]
)


def take(alert: Alert, step: str, now: datetime) -> Change:
    steps = {
        "found": lambda: alert.found(a_finding(), now=now),
        "worse": lambda: alert.found(a_finding("0.4", "critical"), now=now),
        "within": lambda: alert.within(a_finding("0.02"), resolution="by_itself", now=now),
        "measured": lambda: alert.measured(a_finding("0.09"), now=now),
        "acknowledge": lambda: alert.acknowledge(ANN, None, now=now),
        "resolve": lambda: alert.resolve(ANN, None, now=now),
        "snooze": lambda: alert.snooze(now + timedelta(days=2), ANN, None, now=now),
        "wake": lambda: alert.wake(now=now),
        "assign": lambda: alert.assign(ANN, None, now=now),
    }
    try:
        return steps[step]()
    except AlertError:
        return Change(alert)


@given(st.lists(STEPS, max_size=30))
def test_whatever_happens_every_version_has_one_fact_and_the_state_is_whole(steps: list[str]) -> None:
    alert, now, raised = an_alert(), NOW, 1
    for step in steps:
        now += timedelta(days=1)
        change = take(alert, step, now)
        after = change.after
        raised += what(change) == "raised_again"
        assert (change.event is None) == (change.entry is None) == (after.version == alert.version)
        assert after.version - alert.version in (0, 1)
        assert after.is_over == (after.resolved_at is not None) == (after.resolution is not None)
        assert (after.status == "acknowledged") <= (after.acknowledged_at is not None)
        assert not (after.is_over and after.snoozed_until)
        assert after.times == raised
        if change.event is not None:
            assert change.event.status == after.status
        alert = after


LIMITS = Limits(minimum=Decimal(50))


@pytest.mark.parametrize(
    ("gap", "forecast", "passed", "standing"),
    [
        (100, 1000, "0.5", "beyond"),
        (100, 1000, "0.1", "between"),
        (90, 1000, "0.5", "between"),
        (80, 1000, "0.5", "within"),
        (-20, 1000, "0.5", "within"),
        (30, 100, "0.5", "within"),
        (49, 100, "0.5", "between"),
        (60, 100, "0.5", "beyond"),
        (0, 0, "0.5", "within"),
    ],
)
def test_a_gap_is_beyond_between_or_well_within_its_limit(
    gap: int, forecast: int, passed: str, standing: str
) -> None:
    assert LIMITS.standing(Decimal(gap), Decimal(forecast), Decimal(passed)) == standing


@given(st.integers(0, 200), st.integers(0, 200), st.integers(1, 1000))
def test_a_gap_that_stays_where_it_was_never_raises_and_resolves(
    first: int, second: int, forecast: int
) -> None:
    """Between beyond and well within lies a fifth of the limit."""
    one, other = (LIMITS.standing(Decimal(gap), Decimal(forecast), Decimal(1)) for gap in (first, second))

    if {one, other} == {"beyond", "within"}:
        assert abs(first - second) >= LIMITS.amount(Decimal(forecast)) * Decimal("0.2")
