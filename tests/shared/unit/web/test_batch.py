from collections.abc import AsyncIterator
from typing import Annotated, Any, cast

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.web.batch import BatchItems, check_items, ndjson_chunks
from shared.web.problem import Problem


class Item(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1)]


class Lines:
    """A body that arrives in the given pieces."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    async def stream(self) -> AsyncIterator[bytes]:
        for piece in self._pieces:
            yield piece


async def chunks(pieces: list[bytes], at_once: int) -> list[list[Any]]:
    return [chunk async for chunk in ndjson_chunks(cast(Request, Lines(pieces)), at_once=at_once)]


def test_a_bad_item_is_rejected_and_the_others_stay() -> None:
    checked = check_items([{"name": "a"}, {"nmae": "b"}, 5, {"name": "\0"}, {"name": "c"}], Item)
    for index, _ in checked.good:
        checked.settle(index, "created", new_id())

    answer = checked.answer().items

    assert [result.status for result in answer] == ["created", "rejected", "rejected", "rejected", "created"]
    assert [result.index for result in answer] == [0, 1, 2, 3, 4]


def test_pointers_are_relative_to_the_item() -> None:
    checked = check_items([{"name": "a"}, {"nmae": "b"}], Item)

    problem = checked.results[1].problem

    assert problem is not None
    assert problem["code"] == "validation_failed"
    assert {(error["pointer"], error["code"]) for error in problem["errors"]} == {
        ("/name", "required"),
        ("/nmae", "unknown_field"),
    }


def test_a_rule_that_refuses_an_item_is_its_problem() -> None:
    checked = check_items([{"name": "a"}], Item)

    checked.reject(0, DomainError("duplicate", "There is one already."))

    problem = checked.answer().items[0].problem
    assert problem is not None and (problem["code"], problem["status"]) == ("duplicate", 409)


def test_a_forgotten_item_is_noticed() -> None:
    checked = check_items([{"name": "a"}], Item)

    with pytest.raises(KeyError):
        checked.answer()


@pytest.mark.parametrize("count", [0, 1001])
def test_a_batch_holds_1_to_1000_items(count: int) -> None:
    with pytest.raises(ValidationError):
        BatchItems.model_validate({"items": [{}] * count})


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=30), st.integers(1, 7), st.integers(1, 9))
async def test_lines_arrive_whole_and_in_order_however_the_body_is_cut(
    values: list[int], cut: int, at_once: int
) -> None:
    body = b"\n".join(b"%d" % value for value in values)
    pieces = [body[start : start + cut] for start in range(0, len(body), cut)]

    found = await chunks(pieces, at_once)

    assert [value for chunk in found for value in chunk] == values
    assert all(len(chunk) == at_once for chunk in found[:-1])


async def test_a_line_that_is_no_json_is_refused_with_400() -> None:
    with pytest.raises(Problem) as refused:
        await chunks([b"1\nx\n"], 10)

    assert refused.value.code == "malformed_json"


async def test_an_endless_line_is_not_collected() -> None:
    with pytest.raises(Problem) as refused:
        await chunks([b"x" * 600_000] * 3, 10)

    assert refused.value.status_code == 413
