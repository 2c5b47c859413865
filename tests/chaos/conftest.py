"""A stack of its own for each module here: what is killed must not trouble other tests."""

from collections.abc import Iterator

import pytest

from tests.support.front import Front
from tests.support.product import Stack, stack_in_a_new_folder


@pytest.fixture(scope="module")
def doomed() -> Iterator[Stack]:
    """The whole product, to be killed in parts."""
    with stack_in_a_new_folder() as product:
        product.up()
        yield product


@pytest.fixture(scope="module")
def front(doomed: Stack) -> Iterator[Front]:
    """Callers of its gateway."""
    callers = Front(doomed.description)
    yield callers
    callers.close()
