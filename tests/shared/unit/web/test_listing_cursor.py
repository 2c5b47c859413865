from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.listing_cursor import CursorSigner, after, order_by, tie
from shared.web.listing_query import SortKey
from shared.web.problem import Problem
from tests.shared.unit.web.test_listing_query import LEADS, POSTGRESQL

SIGNER = CursorSigner("a secret for tests")
FIELDS = [LEADS.fields[name] for name in ("created_at", "value", "name", "due", "score", "id")]


def refused(cursor: str, belongs: str = "t") -> str:
    with pytest.raises(Problem) as refusal:
        SIGNER.read(cursor, belongs, FIELDS)
    assert refusal.value.status_code == 400
    return refusal.value.code


@given(
    st.tuples(
        st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001
        st.none()
        | st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9),
        st.text(),
        st.none() | st.dates(),
        st.none() | st.integers(-(2**31), 2**31 - 1),
        st.uuids(),
    )
)
def test_a_cursor_gives_back_the_values_it_was_made_of(values: tuple[Any, ...]) -> None:
    assert SIGNER.read(SIGNER.sign("t", values), "t", FIELDS) == list(values)


VALUES = (datetime(2027, 1, 1, tzinfo=UTC), Decimal(1), "a", date(2027, 1, 1), 1, UUID(int=1))


def test_a_cursor_of_another_filter_or_sort_is_refused() -> None:
    assert refused(SIGNER.sign("t", VALUES), "other") == "invalid_cursor"


def test_a_changed_cursor_is_refused() -> None:
    cursor = SIGNER.sign("t", VALUES)

    changed = {
        cursor[:i] + ("A" if cursor[i] != "A" else "B") + cursor[i + 1 :]
        for i in range(0, len(cursor) - 1, 7)
    }

    assert {refused(each) for each in changed} == {"invalid_cursor"}


@pytest.mark.parametrize("cursor", ["", "x", "a.b", "é"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    assert refused(cursor) == "invalid_cursor"


def test_a_cursor_signed_with_another_secret_is_refused() -> None:
    assert refused(CursorSigner("another secret").sign("t", VALUES)) == "invalid_cursor"


def test_a_tie_does_not_depend_on_the_order_of_filters_but_on_all_else() -> None:
    up, down = SortKey("score", False), SortKey("score", True)
    same = tie("leads", [("a", "1"), ("b", "2")], [up])

    assert tie("leads", [("b", "2"), ("a", "1")], [up]) == same
    others = [
        tie("deals", [("a", "1"), ("b", "2")], [up]),
        tie("leads", [("a", "1")], [up]),
        tie("leads", [("a", "1"), ("b", "2")], [down]),
    ]
    assert same not in others


def test_one_direction_without_nulls_is_a_row_comparison_an_index_can_start_at() -> None:
    sort = [SortKey("created_at", True), SortKey("id", True)]

    [clause] = after(sort, LEADS.fields, [VALUES[0], VALUES[5]])

    text = str(clause.compile(dialect=POSTGRESQL))
    assert text.startswith("(lead.created_at, lead.id) < (")
    assert "NULLS" not in str([str(each) for each in order_by(sort, LEADS.fields)])
