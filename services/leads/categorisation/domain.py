"""Rules that put leads into categories, as data."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.leads.expression.domain import Expression, Facts, Failure, compile_expression, holds
from shared.contracts.errors import DomainError


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """Leads for which `condition` holds belong into `category`. Rules are asked in order of position."""

    id: UUID
    name: str
    category: str
    condition: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    position: int = 0
    active: bool = True
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The category by the rules, and why. `rule_id` is None when no rule holds."""

    category: str | None
    reason: str
    rule_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ReadyRule:
    """A rule whose condition is compiled."""

    rule: CategoryRule
    condition: Expression


def ready(rules: Iterable[CategoryRule]) -> list[ReadyRule]:
    """The rules in the order they are asked. One that cannot be compiled any more is left out."""
    return [
        each for rule in sorted(rules, key=lambda rule: (rule.position, rule.id)) for each in _ready(rule)
    ]


def judge(rules: Sequence[ReadyRule], facts: Facts) -> Verdict:
    """The first rule that holds. A rule that fails is passed over and named."""
    broken: list[str] = []
    for each in rules:
        result = holds(each.condition, facts)
        if isinstance(result, Failure):
            broken.append(f"rule '{each.rule.name}' failed: {result.detail}")
        elif result:
            reason = "; ".join([f"rule '{each.rule.name}' holds", *broken])
            return Verdict(each.rule.category, reason[:1000], each.rule.id)
    return Verdict(None, "; ".join(["no rule holds", *broken])[:1000])


def _ready(rule: CategoryRule) -> list[ReadyRule]:
    try:
        return [ReadyRule(rule, compile_expression(rule.condition, wanted="condition"))]
    except DomainError:
        return []
