"""The table of forwarded operations: which service answers a method and path, and who may call it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

PUBLIC = "public"
"""The permission of operations that need no sign-in."""
STREAMED = frozenset({"application/x-ndjson", "multipart/form-data"})
"""Media types of bodies that may take long to arrive: no time limit but the one for each silence."""
_METHODS = frozenset({"get", "put", "post", "delete", "patch", "head", "options"})


@dataclass(frozen=True, slots=True)
class Operation:
    """`path_format` is the route's template, `/v1/deals/{deal_id}`; `streams` takes bodies without an end;
    `takes_slashes`: its last parameter may hold slashes, sent as `%2F`."""

    service: str
    method: str
    path_format: str
    permission: str
    streams: bool = False
    takes_slashes: bool = False

    @property
    def is_public(self) -> bool:
        """Anybody may call it without signing in."""
        return self.permission == PUBLIC


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

    def find(self, raw_path: str) -> Mapping[str, Operation] | None:
        """The operations of a path as it was sent, percent-encoded, by method; None when no service has it.

        Segments are told apart before they are decoded: the service sees the decoded path, so an encoded
        slash passes only where the operation takes it, or another operation could be reached by it.
        """
        segments = [unquote(segment) for segment in raw_path.split("/")]
        found: dict[str, Operation] = {}
        for node in _descend(self._root, segments, 1):
            for method, operation in node.operations.items():
                found.setdefault(method, operation)
        if "%" in raw_path and any("/" in segment for segment in segments):
            odd_end = not any("/" in segment for segment in segments[:-1])
            found = {name: each for name, each in found.items() if each.takes_slashes and odd_end}
        return found or None

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


def _descend(node: _Node, segments: list[str], depth: int) -> Iterator[_Node]:
    """Every node of the path, the one with more literal segments first."""
    if depth == len(segments):
        yield node
        return
    segment = segments[depth]
    literal = node.literal.get(segment)
    if literal is not None:
        yield from _descend(literal, segments, depth + 1)
    if node.parameter is not None and segment:
        yield from _descend(node.parameter, segments, depth + 1)


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
                    streams=not STREAMED.isdisjoint(described.get("requestBody", {}).get("content", {})),
                    takes_slashes=described.get("x-takes-slashes", False),
                )
