"""What a gap is made of, and what is behind it."""

from datetime import date
from decimal import Decimal
from typing import get_args
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.forecast.gap.domain.parts import Cut, Fate, Sum, added, behind_of, parts_of, total
from services.forecast.gap.domain.span import Line, span_of
from shared.contracts.periods import Calendar
from shared.working_time.domain import WorkingTime, office_week

QUARTER = Calendar().span("2027-Q1", date(2027, 1, 1), date(2027, 3, 31))
cents = st.decimals(min_value=0, max_value=10**7, places=2)


@st.composite
def one_deal(draw: st.DrawFn) -> tuple[Fate, Sum]:
    """A deal as the database would count it."""
    fate: Fate = draw(st.sampled_from(get_args(Fate)))
    planned, amount, won = draw(cents), draw(cents), draw(cents)
    if fate not in ("won", "won_unplanned", "won_new"):
        won = Decimal(0)
    if fate in ("won_unplanned", "won_new"):
        planned = amount = Decimal(0)
    short = max(amount - won, Decimal(0)) if fate == "won" else Decimal(0)
    return fate, Sum(1, planned, amount, won, short, int(short > 0), int(fate == "won" and won > amount))


@given(st.lists(one_deal()))
def test_the_parts_add_up_to_what_was_planned_less_what_was_won(deals: list[tuple[Fate, Sum]]) -> None:
    whole = added([{fate: each} for fate, each in deals])

    parts = parts_of(whole)

    assert sum(each.amount for each in parts.values()) == total(whole).planned - total(whole).won


def lost(amount: int, deals: int = 1) -> dict[Fate, Sum]:
    return {"lost": Sum(deals, Decimal(amount), Decimal(amount))}


def won(amount: int) -> dict[Fate, Sum]:
    worth = Decimal(amount)
    return {"won": Sum(1, worth, worth, worth)}


def test_a_source_that_loses_more_than_its_share_is_behind_the_gap() -> None:
    fair, web = added([lost(600, 6), won(100)]), added([lost(100), won(900)])
    cuts = {Cut("source", "fair"): fair, Cut("source", "web"): web}

    behind = behind_of(cuts, added([fair, web]))

    assert behind is not None
    assert (behind.cut, behind.part, behind.deals) == (Cut("source", "fair"), "lost", 6)
    assert behind.share == Decimal("0.8571")
    assert behind.excess == Decimal("311.76")


def test_where_all_lose_alike_nothing_stands_out() -> None:
    cuts = {Cut("source", name): added([lost(100), won(300)]) for name in ("fair", "web", "mail")}

    behind = behind_of(cuts, added(cuts.values()))

    assert behind is not None
    assert (behind.cut, behind.part, behind.amount) == (None, "lost", Decimal(300))


def test_nothing_is_behind_a_gap_without_missing_deals() -> None:
    assert behind_of({}, won(100)) is None


def test_the_same_deals_are_told_by_stage_rather_than_by_rep() -> None:
    cuts = {
        Cut("owner", "ann"): lost(500),
        Cut("stage", "offer"): lost(500),
        Cut("owner", "bob"): won(500),
        Cut("stage", "talk"): won(500),
    }

    behind = behind_of(cuts, added([lost(500), won(500)]))

    assert behind is not None
    assert behind.cut == Cut("stage", "offer")


def test_a_target_is_due_as_its_working_days_go_by() -> None:
    closed = frozenset({date(2027, 1, 1)})
    line = Line(WorkingTime(office_week((1, 2, 3, 4, 5)), ZoneInfo("UTC"), closed), QUARTER, Decimal(63))

    assert line.due(None) == 0
    assert line.due(date(2027, 1, 3)) == 0
    assert line.due(date(2027, 1, 4)) == Decimal("1.00")
    assert line.due(date(2027, 1, 10)) == Decimal("5.00")
    assert line.due(date(2027, 3, 31)) == Decimal("63.00")


def test_today_is_not_over_yet() -> None:
    assert span_of(QUARTER, date(2027, 1, 1)).through is None
    assert span_of(QUARTER, date(2027, 2, 1)).through == date(2027, 1, 31)
    assert span_of(QUARTER, date(2027, 5, 1)).through == date(2027, 3, 31)
    assert len(span_of(QUARTER, date(2027, 5, 1)).days) == 90
