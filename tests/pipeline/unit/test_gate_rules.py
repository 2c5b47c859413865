"""Gates by themselves: what they ask for, and that nothing written in one ever breaks a move."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.gate.domain import Applicant, Approval, Evidence, Gate, Kind
from services.pipeline.gate.judgement import judge
from services.pipeline.gate.variables import DOCUMENTED, LANGUAGE
from shared.contracts.ids import new_id
from shared.contracts.money import Money
from tests.pipeline.unit.builders import MONDAY, a_deal

GATE = UUID(int=1)


def a_gate(kind: Kind, **settings: Any) -> Gate:
    return Gate(id=GATE, kind=kind, label="Gate", **settings)


def applicant(evidence: Evidence = Evidence(), role: str = "rep", **details: Any) -> Applicant:
    return Applicant(a_deal(**details).published(), 1, role, MONDAY, evidence)


def euros(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="EUR")


def dollars(amount: str) -> Money:
    return Money(amount=Decimal(amount), currency="USD")


def met(gate: Gate, by: Applicant) -> bool:
    return not judge([gate], by)


def test_a_field_that_is_zero_is_filled() -> None:
    gate = a_gate("required_fields", fields=("amount", "probability"))

    assert met(gate, applicant(amount=euros("0"), probability=Decimal(0)))
    assert [each.field for each in judge([gate], applicant())] == ["amount"]


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [
        ("need_recorded", Evidence(needs=1)),
        ("signing_date", Evidence(signing_date=date(2027, 3, 1))),
    ],
)
def test_what_is_recorded_beside_the_deal_meets_its_gate(kind: Kind, evidence: Evidence) -> None:
    assert met(a_gate(kind), applicant(evidence))
    assert not met(a_gate(kind), applicant())


@pytest.mark.parametrize(
    ("kind", "evidence"),
    [("objections_cleared", Evidence(open_objections=1)), ("checklist_done", Evidence(unfinished=("Call",)))],
)
def test_what_is_left_open_holds_it_back(kind: Kind, evidence: Evidence) -> None:
    assert not met(a_gate(kind), applicant(evidence))
    assert met(a_gate(kind), applicant())


@pytest.mark.parametrize(
    ("amount", "base", "covered"),
    [
        (None, None, True),
        (euros("100"), euros("100"), True),
        (euros("99.99"), euros("99.99"), True),
        (euros("100.01"), euros("100.01"), False),
        (dollars("200"), euros("100"), True),
        (dollars("201"), euros("100.50"), False),
        (dollars("1"), None, False),
    ],
)
def test_an_approval_covers_the_amount_it_was_asked_for(
    amount: Money | None, base: Money | None, covered: bool
) -> None:
    given = Approval(GATE, euros("100"), euros("100"), None)

    assert given.covers(amount, base, MONDAY) is covered


def test_an_approval_is_good_until_its_end_and_for_its_own_gate() -> None:
    until = Approval(GATE, euros("100"), euros("100"), MONDAY)
    other = Approval(new_id(), None, None, None)
    gate = a_gate("approval")

    assert until.covers(None, None, MONDAY - timedelta(seconds=1))
    assert not until.covers(None, None, MONDAY)
    assert not met(gate, applicant(Evidence(approvals=(other,))))


def test_a_role_and_those_above_it_decide_unless_a_member_is_named() -> None:
    somebody, boss = new_id(), new_id()

    assert [a_gate("approval").may_decide(somebody, role) for role in ("rep", "manager", "director")] == [
        False,
        True,
        True,
    ]
    named = a_gate("approval", approver_id=boss)
    assert named.may_decide(boss, "rep")
    assert not named.may_decide(somebody, "manager")
    assert named.may_decide(somebody, "director")


def test_every_variable_may_be_asked_for() -> None:
    for variable in DOCUMENTED:
        if variable.name != "now":
            LANGUAGE.compile(f"has({variable.name})", wanted="condition")


@given(
    st.one_of(st.text(max_size=60), st.sampled_from(["deal.amount / 0.0 > 1.0", "deal.name > 1", "1", "(("]))
)
def test_whatever_stands_in_a_gate_a_move_is_judged(text: str) -> None:
    judged = judge([a_gate("expression", expression=text)], applicant(amount=euros("1")))

    assert all(each.kind == "expression" for each in judged)
