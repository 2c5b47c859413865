"""A field that the organisation has given its deals. Its key never changes; retired, it keeps its values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, get_args
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError

FieldType = Literal[
    "text", "number", "integer", "boolean", "date", "enum", "multi_enum", "money", "member", "url"
]
TYPES: tuple[FieldType, ...] = get_args(FieldType)
MOST_FIELDS = 200
MOST_INDEXED = 20
_SETTINGS: Mapping[str, frozenset[str]] = {
    "text": frozenset({"pattern"}),
    "number": frozenset({"unit", "minimum", "maximum"}),
    "integer": frozenset({"unit", "minimum", "maximum"}),
    "money": frozenset({"minimum", "maximum"}),
    "enum": frozenset({"options"}),
    "multi_enum": frozenset({"options"}),
}
_OF_SOME_TYPES = ("options", "unit", "minimum", "maximum", "pattern")


@dataclass(frozen=True, slots=True, kw_only=True)
class DealField:
    """`minimum`, `maximum`: of numbers and amounts. `pattern`: a regular expression somewhere in a text.
    `indexed`: deals are found and sorted by it fast."""

    id: UUID
    key: str
    label: str
    type: FieldType
    created_at: datetime
    updated_at: datetime
    required: bool = False
    options: tuple[str, ...] = ()
    unit: str | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    pattern: str | None = None
    position: int = 0
    indexed: bool = False
    active: bool = True
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def edit(self, fields: Mapping[str, Any], now: datetime) -> "DealField":
        """The next version with these values. Refuses settings that do not go with the type."""
        version = self.version + 1
        versions = {**self.field_versions, **dict.fromkeys(fields, version)}
        return checked(replace(self, **fields, updated_at=now, version=version, field_versions=versions))


def checked(each: DealField) -> DealField:
    """The same. Refuses with `validation_failed` settings that do not go with its type."""
    errors = list(_faults(each))
    if errors:
        raise DomainError("validation_failed", errors[0].detail, errors)
    return each


def _faults(each: DealField) -> Iterator[FieldError]:
    own = _SETTINGS.get(each.type, frozenset())
    for name in _OF_SOME_TYPES:
        given = getattr(each, name) not in (None, ())
        if given and name not in own:
            yield FieldError(f"/{name}", "unknown_field", f"A field of type {each.type} has no {name}.")
        if name == "options" and name in own and not given:
            yield FieldError("/options", "required", "Say which values it may have.")
    if each.minimum is not None and each.maximum is not None and each.minimum > each.maximum:
        yield FieldError("/maximum", "out_of_range", "The maximum is below the minimum.")
