import pytest

from shared.web.concurrency import etag, read_if_match
from shared.web.problem import Problem


@pytest.mark.parametrize("header", ['"7"', 'W/"7"', "7", ' "7" '])
def test_an_etag_is_read_back(header: str) -> None:
    assert read_if_match(header) == 7


def test_what_is_sent_out_is_read_back() -> None:
    assert read_if_match(etag(12)) == 12


@pytest.mark.parametrize("header", [None, "*"])
def test_not_having_read_the_thing_is_refused(header: str | None) -> None:
    with pytest.raises(Problem) as refused:
        read_if_match(header)

    assert refused.value.status_code == 428


@pytest.mark.parametrize("header", ["", "x", '"x"', '"1", "2"', '"-1"', '"' + "9" * 40 + '"'])
def test_anything_else_is_a_bad_header(header: str) -> None:
    with pytest.raises(Problem) as refused:
        read_if_match(header)

    assert (refused.value.status_code, refused.value.errors[0].pointer) == (400, "/header/if-match")
