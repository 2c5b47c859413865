"""Old event data made new: (type, version) -> data of version + 1. No version ever becomes unreadable."""

from collections.abc import Callable
from typing import Any

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: dict[tuple[str, int], Upcast] = {}


def upcast(event_type: str, version: int, to_version: int, data: dict[str, Any]) -> dict[str, Any]:
    """Data of `version` as data of `to_version`. Raises KeyError when a step is missing."""
    while version < to_version:
        data = UPCASTS[event_type, version](data)
        version += 1
    return data
