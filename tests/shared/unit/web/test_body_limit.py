from typing import Any

import pytest
from starlette.types import Message, Receive

from shared.web.body_limit import BodyLimits
from shared.web.problem import Problem

LIMITS = BodyLimits(usual=10, batch=100, by_path={"/v1/imports": 1000})


class Sender:
    """Sends chunks of 5 bytes for ever and counts what was taken."""

    def __init__(self) -> None:
        self.taken = 0

    async def __call__(self) -> Message:
        self.taken += 5
        return {"type": "http.request", "body": b"12345", "more_body": True}


def guarded(receive: Receive, headers: dict[bytes, bytes], path: str = "/v1/leads") -> Receive:
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": path}
    return LIMITS.guard(scope, headers, receive)


def test_a_body_declared_too_large_is_refused_before_a_byte_is_read() -> None:
    sender = Sender()

    with pytest.raises(Problem) as refused:
        guarded(sender, {b"content-length": b"11"})

    assert (refused.value.status_code, sender.taken) == (413, 0)
    assert refused.value.extra == {"limit_bytes": 10}


@pytest.mark.parametrize(
    "headers", [{}, {b"transfer-encoding": b"chunked", b"content-length": b"5"}, {b"content-length": b"x"}]
)
async def test_a_body_of_unknown_length_is_cut_off_at_the_limit(headers: dict[bytes, bytes]) -> None:
    sender = Sender()
    receive = guarded(sender, headers)

    with pytest.raises(Problem) as refused:
        for _ in range(10):
            await receive()

    assert sender.taken == 15
    assert refused.value.headers == {"Connection": "close"}


def test_a_body_of_the_limit_is_taken() -> None:
    sender = Sender()

    assert guarded(sender, {b"content-length": b"10"}) is sender


@pytest.mark.parametrize(("path", "limit"), [("/v1/leads/batch", 100), ("/v1/imports", 1000)])
def test_some_paths_take_more(path: str, limit: int) -> None:
    guarded(Sender(), {b"content-length": b"%d" % limit}, path)

    with pytest.raises(Problem):
        guarded(Sender(), {b"content-length": b"%d" % (limit + 1)}, path)


def test_a_stream_of_lines_has_no_limit_unless_it_must_be_compared() -> None:
    stream = {b"content-type": b"application/x-ndjson", b"content-length": b"1000000"}
    guarded(Sender(), stream, "/v1/leads/batch")

    with pytest.raises(Problem):
        guarded(Sender(), {**stream, b"idempotency-key": b"k"}, "/v1/leads/batch")
    with pytest.raises(Problem):
        guarded(Sender(), stream, "/v1/leads")


def test_a_small_excess_is_drained_and_a_large_one_ends_the_connection() -> None:
    with pytest.raises(Problem) as small:
        guarded(Sender(), {b"content-length": b"11"})
    with pytest.raises(Problem) as large:
        guarded(Sender(), {b"content-length": b"99999999999"})

    assert not small.value.headers
    assert large.value.headers == {"Connection": "close"}
