"""Rules as rows, rows as rules."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping

from services.forecast.gap_rule.domain import GapRule, Limits

_LIMITS = tuple(Limits.__dataclass_fields__)
_PLAIN = tuple(name for name in GapRule.__dataclass_fields__ if name != "limits")


def as_rule(row: RowMapping | Mapping[str, Any]) -> GapRule:
    """A row as a rule."""
    limits = Limits(**{name: row[name] for name in _LIMITS})
    return GapRule(limits=limits, **{name: row[name] for name in _PLAIN})


def row_of(rule: GapRule) -> dict[str, Any]:
    """A rule as a row of its table."""
    return {
        **{name: getattr(rule, name) for name in _PLAIN},
        **{name: getattr(rule.limits, name) for name in _LIMITS},
    }
