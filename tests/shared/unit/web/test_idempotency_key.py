import pytest

from shared.web.idempotency import KeyedRequest, fingerprint, read_key
from shared.web.problem import Problem


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("a", "a"),
        ("x" * 255, "x" * 255),
        ('"a-1"', "a-1"),
        (' "a" ', "a"),
        (r'"a\"b"', 'a"b'),
        ("it's", "it's"),
    ],
)
def test_a_key_is_read_bare_or_quoted(header: str, key: str) -> None:
    assert read_key(header) == key


@pytest.mark.parametrize("header", ["", '""', "a b", '"a b"', "x" * 256, "é", "a\tb", '"a', '"a"b"'])
def test_anything_but_1_to_255_visible_characters_is_refused(header: str) -> None:
    with pytest.raises(Problem) as refused:
        read_key(header)

    assert refused.value.code == "idempotency_key_invalid"


def test_each_part_of_a_request_changes_its_fingerprint() -> None:
    prints = {
        fingerprint(b"", "application/json", b"{}"),
        fingerprint(b"a=1", "application/json", b"{}"),
        fingerprint(b"", "text/csv", b"{}"),
        fingerprint(b"", "application/json", b"[]"),
    }

    assert len(prints) == 4


def test_locks_differ_by_caller_path_and_key_and_fit_a_bigint() -> None:
    locks = {
        KeyedRequest(caller, "POST", path, key, b"").lock
        for caller in ("a", "b")
        for path in ("/x", "/y")
        for key in ("1", "2")
    }

    assert len(locks) == 8
    assert all(-(2**63) <= lock < 2**63 for lock in locks)
