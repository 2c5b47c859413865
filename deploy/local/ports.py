"""Which process listens where: one base port, fixed offsets, and a plain answer when one is taken."""

import random
import socket
from dataclasses import dataclass
from itertools import chain

from deploy.local.errors import StackError

LOOPBACK = "127.0.0.1"
DEFAULT_BASE = 8080
OFFSETS = {
    "gateway": 0,
    "leads": 1,
    "pipeline": 2,
    "forecast": 3,
    "gateway-worker": 4,
    "leads-worker": 5,
    "pipeline-worker": 6,
    "forecast-worker": 7,
    "postgres": 8,
    "kafka": 9,
    "kafka-controller": 10,
}
SPAN = len(OFFSETS)


class PortTaken(StackError):
    """A port that a process of the stack needs belongs to somebody else."""

    def __init__(self, port: int, purpose: str) -> None:
        super().__init__(
            f"Port {port} is in use, and {purpose} needs it.\n"
            f"Stop what listens there, or choose another range: "
            f"make up PORT_BASE=<first of {SPAN} free ports>."
        )
        self.port = port


@dataclass(frozen=True, slots=True)
class PortMap:
    """The ports of one stack: `base` and the ones after it."""

    base: int = DEFAULT_BASE

    def __post_init__(self) -> None:
        if not 1024 <= self.base <= 65535 - SPAN:
            raise StackError(f"PORT_BASE must lie between 1024 and {65535 - SPAN}, not be {self.base}.")

    def of(self, name: str) -> int:
        return self.base + OFFSETS[name]

    def url(self, name: str) -> str:
        return f"http://{LOOPBACK}:{self.of(name)}"


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now; sockets in TIME_WAIT do not count."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def require_free(port: int, purpose: str) -> None:
    """Refuse with the port, its purpose and the way out when somebody else listens on it."""
    if not is_free(port):
        raise PortTaken(port, purpose)


def free_port() -> int:
    """A port that nobody listens on now, for short-lived servers of tests."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port


def free_base(first: int = 20_000, last: int = 30_000) -> int:
    """A base whose whole range is free now, for a second stack beside the usual one."""
    start = random.randrange(first, last)
    for base in chain(range(start, last, SPAN), range(first, start, SPAN)):
        if all(is_free(base + offset) for offset in range(SPAN)):
            return base
    raise StackError(f"No {SPAN} free ports in a row between {first} and {last}.")
