"""The table of forwarded operations: which service answers a method and path, and who may call it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})


@dataclass(frozen=True, slots=True)
class Operation:
    """`path_format` is the route's template, `/v1/deals/{deal_id}`; `streams` takes bodies without an end."""

    service: str
    method: str
    path_format: str
    permission: str
    streams: bool = False


@dataclass(slots=True)
class _Node:
    literal: dict[str, "_Node"] = field(default_factory=dict)
    parameter: "_Node | None" = None
    operations: dict[str, Operation] = field(default_factory=dict)


class ForwardingTable:
    """A tree of path segments. A literal segment wins over a parameter, as in `/v1/leads/batch`."""

    def __init__(self, operations: Iterator[Operation] | list[Operation]) -> None:
        self._root = _Node()
        self.operations: list[Operation] = []
        for operation in operations:
            self._add(operation)

    def find(self, path: str) -> Mapping[str, Operation] | None:
        """The operations of a path by method, or None when no service has it."""
        node = _descend(self._root, path.split("/"), 1)
        return None if node is None else node.operations

    def _add(self, operation: Operation) -> None:
        node = self._root
        for segment in operation.path_format.split("/")[1:]:
            if segment.startswith("{"):
                node.parameter = node.parameter or _Node()
                node = node.parameter
            else:
                node = node.literal.setdefault(segment, _Node())
        other = node.operations.setdefault(operation.method, operation)
        if other is not operation:
            both = f"{other.service} and {operation.service}"
            raise ValueError(f"{operation.method} {operation.path_format} is served by {both}")
        self.operations.append(operation)


def _descend(node: _Node, segments: list[str], depth: int) -> _Node | None:
    if depth == len(segments):
        return node if node.operations else None
    segment = segments[depth]
    literal = node.literal.get(segment)
    if literal is not None:
        found = _descend(literal, segments, depth + 1)
        if found is not None:
            return found
    if node.parameter is None or not segment:
        return None
    return _descend(node.parameter, segments, depth + 1)


def operations_of(service: str, document: Mapping[str, Any]) -> Iterator[Operation]:
    """The public operations of a service's OpenAPI document: those with an `x-permission`."""
    for path, item in document.get("paths", {}).items():
        for method, described in item.items():
            if method in _METHODS and "x-permission" in described:
                yield Operation(
                    service=service,
                    method=method.upper(),
                    path_format=path,
                    permission=described["x-permission"],
                    streams="application/x-ndjson" in described.get("requestBody", {}).get("content", {}),
                )
