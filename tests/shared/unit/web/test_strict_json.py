"""No member of a JSON object is lost."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.web.strict_json import RepeatedKey, loads

TEXT = st.text(alphabet='ab":\\ \t\n', max_size=6)
VALUES = st.recursive(
    st.none() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":2}',
        '{"a":1, "b":{"c":1,"c":1}}',
        '[{"a":1,"a":1}]',
        '{"a" :1,"a":2}',
        '{"a":1,"\\u0061":2}',
    ],
)
def test_a_key_given_twice_is_refused_by_name(text: str) -> None:
    with pytest.raises(RepeatedKey) as refusal:
        loads(text.encode())

    assert refusal.value.key in ("a", "c")


@given(VALUES, st.sampled_from([None, 1]), st.booleans())
def test_whatever_is_written_once_is_read_as_it_is(value: Any, indent: int | None, spaced: bool) -> None:
    separators = (" , ", " : ") if spaced else None

    assert loads(json.dumps(value, indent=indent, separators=separators).encode()) == value


@given(st.lists(st.tuples(TEXT, VALUES), max_size=5), st.booleans())
def test_an_object_is_refused_exactly_when_two_keys_are_equal(
    pairs: list[tuple[str, Any]], spaced: bool
) -> None:
    colon = " :" if spaced else ":"
    text = "{" + ",".join(f"{json.dumps(key)}{colon}{json.dumps(value)}" for key, value in pairs) + "}"

    if len({key for key, _ in pairs}) == len(pairs):
        assert loads(text.encode()) == dict(pairs)
    else:
        with pytest.raises(RepeatedKey):
            loads(text.encode())


def test_broken_json_is_broken() -> None:
    with pytest.raises(orjson.JSONDecodeError):
        loads(b'{"a":')
