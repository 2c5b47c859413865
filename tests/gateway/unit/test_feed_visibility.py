"""Who sees which fact of the feed."""

from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.gateway.feed.domain import (
    NODES,
    OWNED,
    SHARED,
    TOPICS,
    Fact,
    View,
    as_event,
    ownership_of,
    shown_to,
    team_of,
)
from shared.contracts.catalogue import TOPICS as CATALOGUE

REP, COLLEAGUE, STRANGER, PARTNER, TEAM = (uuid4() for _ in range(5))
ALL_TOPICS = frozenset(TOPICS.values())


def a_view(scope: str, **fields: Any) -> View:
    known = {"member_id": REP} if scope in ("own", "subtree", "all", "none") else {"partner_id": PARTNER}
    return View(scope=scope, topics=ALL_TOPICS, **(known | fields))  # type: ignore[arg-type]  # a literal


def a_fact(topic: str = "pipeline.deal", **fields: Any) -> Fact:
    envelope = {
        "id": str(uuid4()),
        "type": f"{topic}.changed",
        "sequence": 2,
        "time": "2027-03-01T00:00:00Z",
        "actor": str(STRANGER),
        "correlationid": "c-1",
        "data": {"changed": ["status"], "status": "won", "expected_value": {"amount": "1"}, "lead_id": "1"},
    }
    given: dict[str, Any] = {
        "position": 7,
        "topic": topic,
        "subject": uuid4(),
        "owner_id": None,
        "owner_changed": False,
        "previous_owner_id": None,
        "team_id": None,
        "partner_id": None,
        "member_ids": None,
        "left_member_id": None,
        "envelope": envelope,
    }
    return Fact(**(given | fields))


def test_every_topic_of_the_catalogue_is_shown_by_some_name_and_is_owned_or_shared() -> None:
    assert set(TOPICS.values()) == set(CATALOGUE)
    assert set(CATALOGUE) == OWNED | SHARED


@pytest.mark.parametrize(
    ("scope", "owner", "shown"),
    [
        ("own", REP, "whole"),
        ("own", STRANGER, None),
        ("own", None, None),
        ("subtree", COLLEAGUE, "whole"),
        ("subtree", REP, "whole"),
        ("subtree", None, "whole"),
        ("subtree", STRANGER, None),
        ("all", STRANGER, "whole"),
        ("all", None, "whole"),
        ("none", REP, None),
        ("partner", None, None),
    ],
)
@pytest.mark.parametrize(
    "topic", ["pipeline.deal", "leads.lead", "leads.account", "leads.activity", "leads.import"]
)
def test_the_scope_decides_over_records(
    scope: str, owner: UUID | None, shown: str | None, topic: str
) -> None:
    view = a_view(scope, colleagues=frozenset({COLLEAGUE}))

    assert shown_to(view, a_fact(topic, owner_id=owner)) == shown


@pytest.mark.parametrize("scope", ["own", "subtree"])
def test_who_loses_a_record_is_told_once_and_nothing_of_what_it_became(scope: str) -> None:
    fact = a_fact(owner_id=STRANGER, owner_changed=True, previous_owner_id=REP)
    view = a_view(scope)

    assert shown_to(view, fact) == "tombstone"
    event = as_event(view, fact, "tombstone")
    assert (event["tombstone"], event["data"], event["changed"]) == (True, None, [])
    assert "actor" not in event


def test_a_member_is_told_which_request_a_fact_goes_back_to() -> None:
    view, fact = a_view("all"), a_fact()

    event = as_event(view, fact, "whole")

    assert (event["actor"], event["correlation_id"]) == (str(STRANGER), "c-1")


def test_a_manager_is_told_when_what_nobody_owned_goes_to_another_team() -> None:
    fact = a_fact(owner_id=STRANGER, owner_changed=True, previous_owner_id=None)

    assert shown_to(a_view("subtree"), fact) == "tombstone"
    assert shown_to(a_view("own"), fact) is None


def test_who_never_saw_a_record_gets_no_tombstone() -> None:
    fact = a_fact(owner_id=STRANGER, owner_changed=True, previous_owner_id=COLLEAGUE)

    assert shown_to(a_view("own"), fact) is None


def test_a_partner_sees_its_own_leads_without_what_is_ours() -> None:
    view = a_view("partner")
    own = a_fact("leads.lead", partner_id=PARTNER)

    assert shown_to(view, own) == "whole"
    assert shown_to(view, a_fact("leads.lead", partner_id=uuid4())) is None
    assert shown_to(view, a_fact("leads.lead")) is None
    assert shown_to(view, a_fact("pipeline.product")) is None
    event = as_event(view, own, "whole")
    assert event["data"]["status"] == "won"
    assert "expected_value" not in event["data"]
    assert "actor" not in event


@pytest.mark.parametrize("topic", sorted(SHARED))
def test_what_is_common_is_shown_to_every_member_but_not_without_scope(topic: str) -> None:
    assert shown_to(a_view("own"), a_fact(topic)) == "whole"
    assert shown_to(a_view("none"), a_fact(topic)) is None


def test_a_target_is_shown_to_those_it_is_for() -> None:
    view = a_view("own", team_ids=frozenset({TEAM}))

    assert shown_to(view, a_fact("forecast.target")) == "whole"
    assert shown_to(view, a_fact("forecast.target", team_id=TEAM)) == "whole"
    assert shown_to(view, a_fact("forecast.target", team_id=uuid4())) is None
    assert shown_to(view, a_fact("forecast.target", owner_id=REP)) == "whole"
    assert shown_to(view, a_fact("forecast.target", owner_id=STRANGER)) is None


@pytest.mark.parametrize("topic", sorted(NODES))
def test_a_judged_figure_is_shown_to_whose_it_is_and_to_those_who_answer_for_it(topic: str) -> None:
    rep = a_view("own", team_ids=frozenset({TEAM}))
    manager = a_view("subtree", team_ids=frozenset({TEAM}), led_team_ids=frozenset({TEAM}))
    above = a_fact(topic, team_id=uuid4())

    assert shown_to(rep, a_fact(topic, owner_id=REP)) == "whole"
    assert shown_to(rep, a_fact(topic, team_id=TEAM)) is None
    assert shown_to(manager, a_fact(topic, team_id=TEAM)) == "whole"
    assert shown_to(manager, above) is None
    assert shown_to(manager, a_fact(topic)) is None
    assert shown_to(a_view("all"), a_fact(topic)) == "whole"


@pytest.mark.parametrize("scope", ["own", "subtree"])
def test_an_alert_is_shown_to_the_member_into_whose_hands_it_was_put_and_ends_with_a_tombstone(
    scope: str,
) -> None:
    view, alert = a_view(scope), "forecast.alert"
    data = {"assigned_to": str(REP), "assigned_before": str(COLLEAGUE)}

    named = team_of(alert, "forecast.alert.changed", data)

    assert named == {"member_ids": [REP], "left_member_id": COLLEAGUE}
    assert shown_to(view, a_fact(alert, team_id=TEAM, member_ids=[REP])) == "whole"
    assert shown_to(view, a_fact(alert, team_id=TEAM, member_ids=[COLLEAGUE])) is None
    assert shown_to(view, a_fact(alert, team_id=TEAM, left_member_id=REP)) == "tombstone"


def test_an_issue_of_an_alert_is_shown_as_the_alert_until_somebody_owns_it() -> None:
    manager = a_view("subtree", team_ids=frozenset({TEAM}), led_team_ids=frozenset({TEAM}))

    def issue(**fields: Any) -> Fact:
        fact = a_fact("pipeline.issue", **fields)
        return replace(fact, envelope={**fact.envelope, "data": {"alert_id": str(uuid4())}})

    shown = [shown_to(manager, each) for each in (issue(team_id=TEAM), issue(team_id=uuid4()), issue())]
    assert shown == ["whole", None, None]
    assert shown_to(manager, a_fact("pipeline.issue")) == "whole"
    assert shown_to(manager, issue(owner_id=REP, team_id=uuid4())) == "whole"
    assert shown_to(a_view("own"), issue(team_id=TEAM)) is None


def test_topics_not_asked_for_are_not_shown() -> None:
    view = View(scope="all", topics=frozenset({"leads.lead"}), member_id=REP)

    assert shown_to(view, a_fact("pipeline.deal")) is None


def test_shared_topics_have_no_owner_even_if_their_data_names_one() -> None:
    assert ownership_of("gateway.member", {"owner_id": str(REP), "team_id": str(TEAM)}) == {
        "owner_id": None,
        "team_id": None,
        "partner_id": None,
    }
    assert ownership_of("leads.lead", {"owner_id": str(REP)})["owner_id"] == REP


@pytest.mark.parametrize("scope", ["own", "subtree"])
def test_who_is_on_the_team_of_a_deal_sees_it_whole_and_a_tombstone_at_the_end(scope: str) -> None:
    view = a_view(scope)

    assert shown_to(view, a_fact(owner_id=STRANGER, member_ids=[REP])) == "whole"
    assert shown_to(view, a_fact(owner_id=STRANGER, member_ids=[COLLEAGUE])) is None
    assert shown_to(view, a_fact(owner_id=STRANGER, left_member_id=REP)) == "tombstone"
    assert shown_to(view, a_fact(owner_id=REP, left_member_id=REP)) == "whole"


def test_a_new_owner_leaves_the_earlier_one_on_the_team_in_view() -> None:
    fact = a_fact(owner_id=STRANGER, owner_changed=True, previous_owner_id=REP, member_ids=[REP])

    assert shown_to(a_view("own"), fact) == "whole"


def test_only_the_end_of_a_place_on_a_team_takes_somebody_out() -> None:
    data = {"team_ids": [str(REP)], "member_id": str(COLLEAGUE)}

    assert team_of("pipeline.deal", "pipeline.deal.team_changed", data) == {
        "member_ids": [REP],
        "left_member_id": None,
    }
    assert team_of("pipeline.deal", "pipeline.deal.team_left", data)["left_member_id"] == COLLEAGUE
    assert team_of("gateway.member", "gateway.member.changed", data)["member_ids"] is None


def test_a_fact_that_names_the_supervisor_of_a_stage_is_for_that_supervisor() -> None:
    data = {"owner_id": str(REP), "team_ids": [], "supervisor_id": str(COLLEAGUE)}

    assert team_of("pipeline.deal", "pipeline.deal.stage_overdue", data)["member_ids"] == [COLLEAGUE]
    assert team_of("gateway.team", "gateway.team.changed", data)["member_ids"] is None
