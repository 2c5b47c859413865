"""What a record refers to may have been made a moment ago in another service: its event is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from typing import TypeVar

from shared.contracts.errors import DomainError, FieldError

T = TypeVar("T")
_POLL_SECONDS = 0.05
_POLLS = 20


async def missing_after_waiting(
    find: Callable[[Collection[T]], Awaitable[Collection[T]]], wanted: Collection[T]
) -> set[T]:
    """Those of the wanted that `find` does not find within about a second."""
    missing = set(wanted)
    for poll in range(_POLLS):
        if missing:
            missing -= set(await find(missing))
        if not missing:
            break
        if poll < _POLLS - 1:
            await asyncio.sleep(_POLL_SECONDS)
    return missing


def unknown_reference(field: str, what: str) -> DomainError:
    """The refusal of a reference to something that is not there."""
    detail = f"There is no such {what}."
    return DomainError("reference_unknown", detail, [FieldError(f"/{field}", "reference_unknown", detail)])
