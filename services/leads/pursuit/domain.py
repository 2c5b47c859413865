"""A mark that says not to pursue, and which leads it is about."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.leads.expression.domain import Expression, Facts, compile_expression, holds
from services.leads.lead.domain import Lead
from services.leads.person.domain import name_key
from shared.contracts.errors import DomainError
from shared.contracts.money import Money

Kind = Literal["lead", "account", "segment"]
KINDS: tuple[Kind, ...] = ("lead", "account", "segment")
EXPIRE = "pursuit.expire"
"""The kind of agenda entry that ends a mark."""


@dataclass(frozen=True, slots=True)
class Mark:
    """About one lead, one account (its leads are those that name it or its company), or a segment: all leads
    for which `condition` holds. It stands until `ended_at`."""

    id: UUID
    kind: Kind
    reason: str
    set_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    subject_id: UUID | None = None
    name: str | None = None
    name_key: str | None = None
    condition: str | None = None
    expected_margin: Money | None = None
    expires_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: str | None = None


@dataclass(frozen=True, slots=True)
class ReadyMarks:
    """Marks that stand, ready to be asked for each lead."""

    by_subject: Mapping[UUID, Mark]
    by_name: Mapping[str, Mark]
    segments: Sequence[tuple[Mark, Expression]]

    def about(self, lead: Lead, facts: Facts) -> Mark | None:
        """The mark this lead falls under: its own, its account's, a segment's. A broken condition is none."""
        named = self.by_name.get(name_key(lead.company)) if lead.company else None
        own = self.by_subject.get(lead.id) or self.by_subject.get(lead.account_id or lead.id) or named
        if own is not None:
            return own
        return next((mark for mark, condition in self.segments if holds(condition, facts) is True), None)


def ready(marks: Iterable[Mark]) -> ReadyMarks:
    """The marks by what they are about."""
    standing = sorted(marks, key=lambda mark: (mark.created_at, mark.id))
    segments = [(mark, condition) for mark in standing for condition in _compiled(mark)]
    return ReadyMarks(
        by_subject={mark.subject_id: mark for mark in standing if mark.subject_id is not None},
        by_name={mark.name_key: mark for mark in standing if mark.name_key is not None},
        segments=segments,
    )


def _compiled(mark: Mark) -> list[Expression]:
    if mark.condition is None:
        return []
    try:
        return [compile_expression(mark.condition, wanted="condition")]
    except DomainError:
        return []
