"""What an expression may name: the fields of one subject with their types, and the functions of the language.

Must never break: a name that is not documented is refused when the expression is written.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Literal

Type = Literal["text", "number", "boolean", "instant", "list", "map"]
MACROS = ("all", "exists", "exists_one", "filter", "map")
FUNCTIONS = frozenset(
    (
        *("has", "size", "contains", "startsWith", "endsWith", "matches", "string", "double", "int"),
        *("duration", "timestamp", "min", "max", "getFullYear", "getMonth", "getDate", "getDayOfMonth"),
        *("getDayOfWeek", "getDayOfYear", "getHours", "getMinutes", "getSeconds", *MACROS),
    )
)
SAMPLE_TIME = datetime(2027, 3, 1, 9, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Variable:
    """`name` as it is written; `example` is a value it may have."""

    name: str
    type: Type
    meaning: str
    example: Any


@dataclass(frozen=True)
class Vocabulary:
    """One subject, such as `lead`, whose fields are documented as `lead.country`; and `now`."""

    subject: str
    documented: Sequence[Variable]

    @cached_property
    def sample(self) -> dict[str, Any]:
        """A subject that has everything, by the names of its fields."""
        start = f"{self.subject}."
        return {
            each.name.removeprefix(start): each.example
            for each in self.documented
            if each.name.startswith(start)
        }

    @cached_property
    def fields(self) -> frozenset[str]:
        """What the subject has."""
        return frozenset(self.sample)

    @property
    def variables(self) -> tuple[str, str]:
        """What stands alone in an expression."""
        return self.subject, "now"
