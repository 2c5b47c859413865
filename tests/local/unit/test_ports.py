"""Which process listens where."""

import socket
from collections.abc import Iterator

import pytest

from deploy.local.errors import StackError
from deploy.local.ports import LOOPBACK, OFFSETS, PortMap, PortTaken, free_base, is_free, require_free


@pytest.fixture
def somebody_elses_port() -> Iterator[int]:
    with socket.socket() as server:
        server.bind((LOOPBACK, 0))
        server.listen()
        yield server.getsockname()[1]


def test_every_process_has_a_port_of_its_own() -> None:
    ports = [PortMap(8080).of(name) for name in OFFSETS]

    assert sorted(ports) == list(range(8080, 8091))


def test_the_gateway_listens_on_the_base_port() -> None:
    assert PortMap(9000).url("gateway") == "http://127.0.0.1:9000"


def test_a_taken_port_is_refused_with_its_number_its_purpose_and_the_way_out(
    somebody_elses_port: int,
) -> None:
    with pytest.raises(PortTaken) as refusal:
        require_free(somebody_elses_port, "API of leads")

    assert str(somebody_elses_port) in str(refusal.value)
    assert "API of leads" in str(refusal.value)
    assert "PORT_BASE=" in str(refusal.value)


@pytest.mark.parametrize("base", [80, 65_530])
def test_a_base_that_leaves_no_room_is_refused(base: int) -> None:
    with pytest.raises(StackError, match="PORT_BASE"):
        PortMap(base)


def test_a_free_base_has_its_whole_range_free() -> None:
    base = free_base()

    assert all(is_free(base + offset) for offset in OFFSETS.values())
