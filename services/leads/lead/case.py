"""A lead while several decisions are made about it: each adds a step, all are written at once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.leads.lead.domain import OPEN, Lead
from services.leads.record.domain import Change, Draft
from shared.contracts.envelope import EventContext


@dataclass(slots=True)
class Case:
    """`lead` is how it stands after the steps so far; `loaded` says that it is history of another system;
    `waits` that it is first found out whether it stays a lead of its own."""

    before: Lead
    context: EventContext
    payload: Mapping[str, Any] = field(default_factory=dict)
    steps: list[Change[Lead]] = field(default_factory=list)
    waits: bool = False

    @property
    def lead(self) -> Lead:
        """The lead with all steps so far."""
        return self.steps[-1].after if self.steps else self.before

    @property
    def loaded(self) -> bool:
        """History loaded from another system: it is matched, but not routed and owes nobody an answer."""
        return bool(self.payload.get("loaded"))

    @property
    def stays_apart(self) -> bool:
        """Nothing is merged with it by itself: somebody took it apart, or it could not be merged."""
        return bool(self.payload.get("apart"))

    @property
    def goes_on(self) -> bool:
        """Whether there is anything left to decide: not when it has ended, was merged or put away."""
        lead = self.lead
        return (
            not self.waits and lead.status in OPEN and lead.merged_into is None and lead.archived_at is None
        )

    def add(self, change: Change[Lead] | None) -> None:
        """One more step; None is none."""
        if change is not None:
            self.steps.append(change)

    def draft(self) -> Draft[Lead]:
        """What is to be written."""
        return Draft(self.before, tuple(self.steps), self.context)
