"""What a lead is taken for: its score, category, segment and fit."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.leads.lead.known import MATERIAL, Judge, KnownLead
from services.leads.record.domain import Change, differing
from shared.contracts.events.leads_lead import LeadCategorised, LeadChanged, LeadScored


class Judged(KnownLead):
    """A lead that rules and members judge."""

    __slots__ = ()

    def rescore(self, judged: Mapping[str, Any], *, now: datetime) -> Change[Self] | None:
        """What a newer model or newer points say; None when nothing changes that anybody would act on."""
        if not self._differs_materially(judged):
            return None
        return self._step(LeadScored, now, differing(self, judged))

    def categorise(
        self,
        category: str | None,
        reason: str,
        *,
        by: Judge,
        rule_id: UUID | None = None,
        now: datetime,
    ) -> Change[Self] | None:
        """The lead in this category, or in none; None when nothing changes. Without a category the rules
        decide again, and never where a member has decided."""
        if by == "rule" and self.category_by == "member":
            return None
        judge = by if category is not None else None
        changes = differing(self, {"category": category, "category_by": judge})
        if not changes:
            return None
        step = self._step(LeadCategorised, now, changes, set_by=by, rule_id=rule_id)
        return replace(step, details={"reason": reason, "rule_id": rule_id, "set_by": by})

    def put_into_segment(
        self, segment: str | None, reason: str, *, by: Judge, now: datetime
    ) -> Change[Self] | None:
        """The lead in this market segment, or in none; None when nothing changes. Without a segment the rules
        decide again, and never where a member has decided."""
        if by == "rule" and self.segment_by == "member":
            return None
        judge = by if segment is not None else None
        changes = differing(self, {"segment": segment, "segment_by": judge})
        if not changes:
            return None
        step = self._step(LeadChanged, now, changes, what="segment_set")
        return replace(step, details={"reason": reason, "set_by": by})

    def assess(self, target_customer: bool | None, *, now: datetime) -> Change[Self] | None:
        """Whether it is the right customer, as far as known; None when that is what was known."""
        changes = differing(self, {"target_customer": target_customer})
        return self._step(LeadChanged, now, changes) if changes else None

    def pursue(self, wanted: bool, reason: str, *, now: datetime) -> Change[Self] | None:
        """Whether anybody should work on it; None when nothing changes."""
        changes = differing(self, {"do_not_pursue": not wanted})
        if not changes:
            return None
        return replace(self._step(LeadChanged, now, changes), details={"reason": reason})

    def _differs_materially(self, judged: Mapping[str, Any]) -> bool:
        """Another grade, state or points, a first score, or one that is 0.02 away."""
        decisive = ("grade", "score_state", "fit_points", "engagement_points")
        if any(name in judged and judged[name] != getattr(self, name) for name in decisive):
            return True
        score = judged.get("score")
        return score is not None and (self.score is None or abs(score - self.score) >= MATERIAL)
