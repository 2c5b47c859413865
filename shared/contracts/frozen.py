"""What a frozen JSON Schema may become: it may gain optional fields, and nothing else.

Must never break: what was written by the frozen schema is read by the new one, and the other way round.
"""

from collections.abc import Iterator, Mapping
from typing import Any

_NOISE = frozenset(
    {"title", "description", "default", "examples", "properties", "required", "$defs", "$schema"}
)
Schema = Mapping[str, Any]


def incompatibilities(frozen: Schema, new: Schema) -> list[str]:
    """What readers of the frozen schema were not promised, as `/field: finding`; empty when all is well."""
    return list(_compare(frozen, new, frozen, new, ""))


def _compare(frozen: Any, new: Any, frozen_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    frozen, new = _resolved(frozen, frozen_root), _resolved(new, new_root)
    if not isinstance(frozen, Mapping) or not isinstance(new, Mapping):
        if frozen != new:
            yield f"{at or '/'}: changed"
        return
    yield from _fields(frozen, new, frozen_root, new_root, at)
    for rule in sorted((frozen.keys() | new.keys()) - _NOISE):
        before, after = frozen.get(rule), new.get(rule)
        if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
            for index, (one, other) in enumerate(zip(before, after, strict=True)):
                yield from _compare(one, other, frozen_root, new_root, f"{at}/{rule}/{index}")
        elif isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _compare(before, after, frozen_root, new_root, f"{at}/{rule}")
        elif before != after:
            yield f"{at or '/'}: {rule} changed"


def _fields(frozen: Schema, new: Schema, frozen_root: Schema, new_root: Schema, at: str) -> Iterator[str]:
    before, after = frozen.get("properties", {}), new.get("properties", {})
    for name in sorted(before.keys() - after.keys()):
        yield f"{at}/{name}: removed or renamed"
    # A schema made for writing lists a field with a default as required: what counts is whether it has one.
    for name in sorted(after.keys() - before.keys()):
        if "default" not in after[name]:
            yield f"{at}/{name}: new and required"
    for name in sorted(before.keys() & after.keys()):
        if ("default" in before[name]) != ("default" in after[name]):
            yield f"{at}/{name}: was optional and is required, or the other way"
        yield from _compare(before[name], after[name], frozen_root, new_root, f"{at}/{name}")


def _resolved(schema: Any, root: Schema) -> Any:
    while isinstance(schema, Mapping) and "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema
