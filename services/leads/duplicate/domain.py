"""A pair of records that look like one, and what was decided about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.matching.domain import KINDS, Found, Kind, Likeness, Pair, pair_of
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id

Status = Literal["open", "merged", "dismissed", "linked"]
STATUSES: tuple[Status, ...] = ("open", "merged", "dismissed", "linked")
SCAN = "duplicates.scan"
"""The kind of agenda entry that looks at the next records of a scan."""
MERGE = "duplicates.merge"
"""The kind of agenda entry that makes a new lead part of one of its `twins`, the likest first."""
FILL = "matching.fill"
"""The kind of agenda entry that fills in what records made before were recognised by."""


class DuplicateError(DomainError):
    """A rule of duplicates said no."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two records, `a` the one of the kind that comes first (lead, contact, account), or the older."""

    id: UUID
    kind: Pair
    a_kind: Kind
    a_id: UUID
    b_kind: Kind
    b_id: UUID
    score: int
    rule_id: UUID
    rule: str
    reasons: Sequence[Mapping[str, Any]]
    found_at: datetime
    updated_at: datetime
    status: Status = "open"
    version: int = 1
    decided_at: datetime | None = None
    decided_by: str | None = None
    merge_id: UUID | None = None

    def dismiss(self, by: str | None, *, now: datetime) -> "Candidate":
        """They are two. Refuses with `state_conflict` unless it is open."""
        return self._decided("dismissed", by, now)

    def link(self, by: str | None, *, now: datetime) -> "Candidate":
        """The lead belongs to the contact or account. Refuses pairs of one kind, and what is decided."""
        if self.a_kind != "lead" or self.b_kind == "lead":
            raise DuplicateError(
                "state_conflict", "Only a lead is linked, to a contact or an account; merge these instead."
            )
        return self._decided("linked", by, now)

    def _decided(self, status: Status, by: str | None, now: datetime) -> "Candidate":
        if self.status != "open":
            raise DuplicateError("state_conflict", f"It was decided before: {self.status}.")
        return replace(
            self,
            status=status,
            decided_at=now,
            decided_by=by,
            updated_at=now,
            version=self.version + 1,
        )


def candidate_of(asked: Likeness, found: Found, *, now: datetime) -> Candidate:
    """The pair in its one order."""
    other = found.other
    first, second = sorted((asked, other), key=lambda each: (KINDS.index(each.kind), each.record_id))
    pair = pair_of(first.kind, second.kind)
    assert pair is not None  # noqa: S101 - only such pairs are matched
    return Candidate(
        id=new_id(),
        kind=pair,
        a_kind=first.kind,
        a_id=first.record_id,
        b_kind=second.kind,
        b_id=second.record_id,
        score=found.match.score,
        rule_id=found.match.rule_id,
        rule=found.match.rule,
        reasons=[reason.row() for reason in found.match.reasons],
        found_at=now,
        updated_at=now,
    )
