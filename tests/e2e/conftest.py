"""The whole product, once for all end-to-end tests, and callers of its gateway."""

import time
from collections.abc import AsyncIterator

import pytest

from tests.support.front import Front
from tests.support.product import Stack


@pytest.fixture(scope="session")
async def front(stack: Stack) -> AsyncIterator[Front]:
    """Callers of the running stack's gateway; every service has heard of the demo organisation."""
    await stack.settled()
    callers = Front(stack.description)
    yield callers
    callers.close()


@pytest.fixture
def unique() -> str:
    """A name no other test uses."""
    return f"e2e-{time.time_ns()}"
