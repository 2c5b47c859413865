"""Routing is fair, keeps every limit, and decides the same way each time. Without a database."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.leads.routing.candidate import Candidate
from services.leads.routing.conditions import condition_of
from services.leads.routing.domain import Decision
from services.leads.routing.router import Router
from services.leads.routing.subject import ActiveRule, Subject
from services.leads.routing_rule.domain import RoutingRule
from services.leads.seller.domain import Seller
from tests.leads.builders import NOW, a_lead

QUEUE = UUID(int=99)
LEADS = st.integers(min_value=0, max_value=60)


def a_candidate(number: int, *, team: int = 1, turn: int = 0, **fields: Any) -> Candidate:
    """A rep; fields of the profile and of the candidate."""
    own = {name: fields.pop(name) for name in list(fields) if name in Candidate.__dataclass_fields__}
    seller = Seller(UUID(int=number), NOW, NOW, **fields)
    return Candidate(seller.id, seller, team_id=UUID(int=team), turn=turn, **own)


def a_rule(number: int, action: dict[str, Any], **fields: Any) -> ActiveRule:
    rule = RoutingRule(UUID(int=number), NOW, NOW, f"rule {number}", position=number, action=action, **fields)
    return ActiveRule(rule, condition_of(rule.condition), frozenset([UUID(int=1)]))


def subjects(count: int, **fields: Any) -> list[Subject]:
    return [Subject(a_lead(id=UUID(int=1000 + number), **fields)) for number in range(count)]


def route_all(router: Router, leads: Sequence[Subject]) -> list[Decision]:
    return [router.route(lead) for lead in leads]


@st.composite
def crews(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Reps with limits, loads, absences and skills of every kind."""
    limits = st.none() | st.integers(0, 6)
    skill = st.builds(
        lambda name, level: {"kind": "skill", "name": name, "level": level},
        st.sampled_from(["a", "b"]),
        st.integers(1, 5),
    )
    one = st.fixed_dictionaries(
        {
            "team": st.integers(1, 2),
            "turn": st.integers(0, 5),
            "active": st.booleans(),
            "is_rep": st.booleans(),
            "accepts_leads": st.booleans(),
            "at_work": st.booleans(),
            "away_until": st.sampled_from([None, NOW + timedelta(days=1)]),
            "capacity": limits,
            "daily_limit": limits,
            "open_leads": st.integers(0, 4),
            "today": st.integers(0, 3),
            "seller_group": st.sampled_from([None, "new_business", "order_desk"]),
            "skills": st.lists(skill, max_size=2, unique_by=lambda each: each["name"]),
        }
    )
    crew: list[dict[str, Any]] = draw(st.lists(one, max_size=6))
    return [{"number": number, **each} for number, each in enumerate(crew, 1)]


RULES = st.lists(
    st.sampled_from(
        [
            {"type": "skills", "required": [], "min_level": 2},
            {"type": "team", "team_id": str(UUID(int=1))},
            {"type": "members", "member_ids": [str(UUID(int=1)), str(UUID(int=3))]},
            {"type": "account_owner"},
            {"type": "territory"},
        ]
    ),
    max_size=3,
)


def a_router(crew: Sequence[dict[str, Any]], actions: Sequence[dict[str, Any]], **rules: Any) -> Router:
    made = [a_rule(number, action, **rules) for number, action in enumerate(actions, 1)]
    return Router([a_candidate(**each) for each in crew], made, default_queue_id=QUEUE)


@given(crews(), RULES, LEADS)
def test_nobody_gets_more_than_capacity_and_daily_limit_allow(
    crew: list[dict[str, Any]], actions: list[dict[str, Any]], count: int
) -> None:
    router = a_router(crew, actions)

    given_to = Counter(each.member_id for each in route_all(router, subjects(count, tags=("a",))))

    for each in crew:
        got = given_to[UUID(int=each["number"])]
        if got and each["capacity"] is not None:
            assert each["open_leads"] + got <= each["capacity"]
        if got and each["daily_limit"] is not None:
            assert each["today"] + got <= each["daily_limit"]


@given(crews(), RULES, LEADS)
def test_nobody_gets_a_lead_who_is_absent_inactive_or_takes_none(
    crew: list[dict[str, Any]], actions: list[dict[str, Any]], count: int
) -> None:
    router = a_router(crew, actions, respect_capacity=False)

    chosen = {each.member_id for each in route_all(router, subjects(count, tags=("b",)))}

    barred = {
        UUID(int=each["number"])
        for each in crew
        if not each["active"] or not each["accepts_leads"] or each["away_until"]
    }
    assert not chosen & barred


@given(crews(), RULES, LEADS)
def test_every_lead_gets_an_owner_or_waits_in_the_queue(
    crew: list[dict[str, Any]], actions: list[dict[str, Any]], count: int
) -> None:
    decisions = route_all(a_router(crew, actions), subjects(count, tags=("a", "b")))

    assert len(decisions) == count
    assert all(bool(each.member_id) != (each.queue_id == QUEUE) for each in decisions)


@given(crews(), RULES, LEADS, st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_owners_in_whatever_order_it_was_read(
    crew: list[dict[str, Any]], actions: list[dict[str, Any]], count: int, shuffled: Any
) -> None:
    mixed = list(crew)
    shuffled.shuffle(mixed)
    rules = [a_rule(number, action) for number, action in enumerate(actions, 1)]
    mixed_rules = list(rules)
    shuffled.shuffle(mixed_rules)
    leads = subjects(count, tags=("a",))

    first = route_all(Router([a_candidate(**each) for each in crew], rules), leads)
    second = route_all(Router([a_candidate(**each) for each in mixed], mixed_rules), leads)

    assert first == second


@given(st.integers(1, 8), LEADS)
def test_equal_leads_are_shared_out_so_that_counts_differ_by_one_at_most(reps: int, count: int) -> None:
    router = Router(a_candidate(number) for number in range(1, reps + 1))

    given_to = Counter(each.member_id for each in route_all(router, subjects(count)))

    counts = [given_to[UUID(int=number)] for number in range(1, reps + 1)]
    assert max(counts) - min(counts) <= 1


@given(crews(), RULES, LEADS)
def test_a_batch_is_decided_as_one_lead_after_the_other(
    crew: list[dict[str, Any]], actions: list[dict[str, Any]], count: int
) -> None:
    leads = subjects(count, tags=("a",))
    at_once = route_all(a_router(crew, actions), leads)

    one_by_one = []
    for lead in leads:
        router = a_router(crew, actions)
        decision = router.route(lead)
        one_by_one.append(decision.member_id)
        chosen = router.candidates.get(decision.member_id) if decision.member_id else None
        if chosen is not None:
            (kept,) = [each for each in crew if UUID(int=each["number"]) == chosen.member_id]
            kept |= {"turn": chosen.turn, "open_leads": chosen.open_leads, "today": chosen.today}

    assert [each.member_id for each in at_once] == one_by_one


def test_a_manager_gives_only_to_the_own_teams() -> None:
    router = Router([a_candidate(1, team=1), a_candidate(2, team=2)], reach=frozenset([UUID(int=2)]))

    (decision,) = route_all(router, subjects(1))

    assert decision.member_id == UUID(int=2)
    assert decision.tried[0]["counts"] == {"eligible": 1, "out_of_reach": 1}


def test_an_order_desk_gets_leads_only_where_a_rule_says_so() -> None:
    desk = a_candidate(1, seller_group="order_desk")

    (by_itself,) = route_all(Router([desk], default_queue_id=QUEUE), subjects(1))
    rule = a_rule(1, {"type": "team", "team_id": str(UUID(int=1))}, seller_group="order_desk")
    (by_rule,) = route_all(Router([desk], [rule], default_queue_id=QUEUE), subjects(1))

    assert (by_itself.queue_id, by_rule.member_id) == (QUEUE, desk.member_id)


def test_who_is_at_work_comes_first_where_that_is_preferred() -> None:
    crew = [a_candidate(1, at_work=False), a_candidate(2)]
    action = {"type": "team", "team_id": str(UUID(int=1))}

    (preferred,) = route_all(Router(crew, [a_rule(1, action, working_hours="preferred")]), subjects(1))

    assert preferred.member_id == UUID(int=2)


def test_a_trace_names_fifty_candidates_and_counts_all() -> None:
    router = Router(a_candidate(number, accepts_leads=number < 3) for number in range(1, 100))

    (decision,) = route_all(router, subjects(1))

    assert len(decision.tried[0]["candidates"]) == 50
    assert decision.tried[0]["counts"] == {"eligible": 2, "not_accepting": 97}


_ANOTHER_PROCESS = """
from tests.leads.unit.test_router import a_candidate, a_router, route_all, subjects
skill = {"kind": "skill", "name": "a", "level": 3}
crew = [{"number": number, "skills": [skill] if number % 2 else []} for number in range(1, 8)]
router = a_router(crew, [{"type": "skills", "required": [], "min_level": 2}])
print([each.member_id.int for each in route_all(router, subjects(30, tags=("a", "b")))])
"""


def test_another_process_decides_the_same() -> None:
    """Whatever order sets and dictionaries have there."""

    def decided(seed: str) -> str:
        command = [sys.executable, "-c", _ANOTHER_PROCESS]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout

    assert decided("1") == decided("2") == decided("3")
