"""The whole product, once for all end-to-end tests, and callers of its gateway."""

import time
from collections.abc import Iterator

import pytest

from tests.support.front import Front
from tests.support.product import Stack


@pytest.fixture(scope="session")
def front(stack: Stack) -> Iterator[Front]:
    """Callers of the running stack's gateway."""
    callers = Front(stack.description)
    yield callers
    callers.close()


@pytest.fixture
def unique() -> str:
    """A name no other test uses."""
    return f"e2e-{time.time_ns()}"
