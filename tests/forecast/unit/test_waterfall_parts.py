"""The parts of a waterfall: for every pair of situations they add up, and each says what happened."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.waterfall.domain import (
    BALANCES,
    INS,
    OUTS,
    PARTS,
    UNSEEN,
    Flow,
    Journey,
    Share,
    Situation,
    Waterfall,
    by_group,
    course,
    flows_of,
    waterfall_of,
)

S = Situation
AMOUNTS = st.decimals(0, 10_000, places=4)


def one(before: Situation, after: Situation, was: str | Decimal = "100", is_: str | Decimal = "100") -> Flow:
    """A deal as the database would count it."""
    seen = not {before, after} & UNSEEN
    came = Decimal(0) if before in UNSEEN else Decimal(was)
    went = Decimal(0) if after in UNSEEN else Decimal(is_)
    grown, shrunk = max(went - came, Decimal(0)), max(came - went, Decimal(0))
    return Flow(
        before, after, 1, came, went, grown, shrunk, int(grown > 0 and seen), int(shrunk > 0 and seen)
    )


def every(found: Waterfall) -> dict[str, Share]:
    """Parts and balances by name."""
    return {str(name): share for name, share in (*found.parts.items(), *found.balances.items())}


def said(found: Waterfall) -> dict[str, str]:
    """The parts and balances with deals in them."""
    return {name: str(share.amount) for name, share in every(found).items() if share.deals}


EACH = st.builds(one, st.sampled_from(S), st.sampled_from(S), AMOUNTS, AMOUNTS)
FLOWS = st.lists(EACH, max_size=40)


@given(FLOWS)
def test_the_parts_add_up_whatever_happened(flows: list[Flow]) -> None:
    found = waterfall_of(flows)

    came = sum(found.parts[part].amount for part in INS) + found.parts["increased"].amount
    went = sum(found.parts[part].amount for part in OUTS) + found.parts["decreased"].amount
    balance = {name: share.amount for name, share in found.balances.items()}
    assert balance["open_since"] + came - went == balance["open_until"]
    assert (
        balance["closed_since"] + found.parts["won"].amount + balance["closed_corrected"]
        == balance["closed_until"]
    )
    counts = {name: share.deals for name, share in every(found).items()}
    deals_came, deals_went = (sum(counts[part] for part in parts) for parts in (INS, OUTS))
    assert counts["open_since"] + deals_came - deals_went == counts["open_until"]
    assert all(share.amount >= 0 for share in found.parts.values())


@given(FLOWS)
def test_every_part_is_made_of_the_flows_it_opens_to(flows: list[Flow]) -> None:
    for part in (*PARTS, *BALANCES):
        inside = [flow for flow in flows if (flow.before, flow.after) in flows_of(part)]
        whole, alone = waterfall_of(flows), waterfall_of(inside)

        shares = [every(found)[part] for found in (whole, alone)]
        assert shares[0] == shares[1]


@pytest.mark.parametrize(
    ("before", "after", "was", "is_", "expected"),
    [
        (S.OPEN, S.OPEN, "100", "130", {"increased": "30", "open_since": "100", "open_until": "130"}),
        (S.OPEN, S.OPEN, "100", "70", {"decreased": "30", "open_since": "100", "open_until": "70"}),
        (S.ABSENT, S.OPEN, "0", "80", {"new": "80", "open_until": "80"}),
        (S.LATER, S.OPEN, "100", "150", {"pulled_in": "100", "increased": "50", "open_until": "150"}),
        (S.EARLIER, S.OPEN, "100", "100", {"pushed_in": "100", "open_until": "100"}),
        (S.LOST, S.OPEN, "100", "100", {"reopened": "100", "open_until": "100"}),
        (S.OMITTED, S.OPEN, "100", "100", {"restored": "100", "open_until": "100"}),
        (S.ELSEWHERE, S.OPEN, "100", "90", {"transferred_in": "90", "open_until": "90"}),
        (S.OPEN, S.LATER, "100", "150", {"open_since": "100", "increased": "50", "pushed_out": "150"}),
        (S.OPEN, S.EARLIER, "100", "100", {"open_since": "100", "pulled_out": "100"}),
        (S.OPEN, S.OMITTED, "100", "100", {"open_since": "100", "omitted": "100"}),
        (S.OPEN, S.WON_ELSEWHERE, "100", "90", {"open_since": "100", "transferred_out": "100"}),
        (S.OPEN, S.LOST_OTHERWISE, "100", "80", {"open_since": "100", "decreased": "20", "lost": "80"}),
        (S.OPEN, S.WON_LATER, "100", "100", {"open_since": "100", "pushed_out": "100"}),
        (
            S.OPEN,
            S.WON,
            "100",
            "90",
            {"open_since": "100", "decreased": "10", "won": "90", "closed_until": "90"},
        ),
        (S.ABSENT, S.WON, "0", "90", {"new": "90", "won": "90", "closed_until": "90"}),
        (S.ABSENT, S.LOST, "0", "90", {"new": "90", "lost": "90"}),
        (S.ABSENT, S.LATER, "0", "90", {}),
        (
            S.WON,
            S.OPEN,
            "100",
            "100",
            {"reopened": "100", "open_until": "100", "closed_since": "100", "closed_corrected": "-100"},
        ),
        (
            S.WON,
            S.WON,
            "100",
            "110",
            {"closed_since": "100", "closed_corrected": "10", "closed_until": "110"},
        ),
        (S.WON, S.WON, "100", "100", {"closed_since": "100", "closed_until": "100"}),
        (S.WON_ELSEWHERE, S.WON, "0", "100", {"closed_corrected": "100", "closed_until": "100"}),
        (S.LOST_ELSEWHERE, S.LOST, "0", "100", {}),
    ],
)
def test_a_deal_is_in_the_parts_that_say_what_happened(
    before: Situation, after: Situation, was: str, is_: str, expected: dict[str, str]
) -> None:
    assert said(waterfall_of([one(before, after, was, is_)])) == expected


def test_who_was_there_and_is_comes_and_goes_nowhere() -> None:
    assert (course(S.OPEN, S.OPEN).came, course(S.OPEN, S.OPEN).went) == (None, None)


GROUPS = st.sampled_from([None, UUID(int=1), UUID(int=2)])
JOURNEYS = st.lists(
    st.builds(
        Journey, GROUPS, GROUPS, st.builds(one, st.sampled_from(S), st.sampled_from(S), AMOUNTS, AMOUNTS)
    ),
    max_size=40,
)


@given(JOURNEYS)
def test_balances_of_groups_add_up_to_those_of_all(journeys: list[Journey]) -> None:
    whole = waterfall_of(each.flow for each in journeys)
    groups = [waterfall_of(flows) for flows in by_group(journeys).values()]

    for name in ("open_since", "open_until", "closed_since", "closed_until"):
        share = whole.balances[name]
        assert sum(each.balances[name].amount for each in groups) == share.amount
        assert sum(each.balances[name].deals for each in groups) == share.deals


def test_a_deal_that_changed_groups_left_the_one_and_came_to_the_other() -> None:
    north, south = UUID(int=1), UUID(int=2)
    flow = replace(one(S.OPEN, S.WON, "100", "120"), without_amount=1, unknown_after=1)

    groups = by_group([Journey(north, south, flow)])

    left, came = waterfall_of(groups[north]), waterfall_of(groups[south])
    assert said(left) == {"transferred_out": "100", "open_since": "100"}
    assert said(came) == {"won": "120", "transferred_in": "120", "closed_until": "120"}
    assert (left.without_amount, came.without_amount) == (0, 1)
