"""The test of three questions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

Kind = Literal["lead", "account"]


@dataclass(frozen=True, slots=True)
class FitTest:
    """One assessment; None is an open question."""

    id: UUID
    kind: Kind
    subject_id: UUID
    need_unmet: bool | None
    can_meet: bool | None
    profitable: bool | None
    notes: str | None
    assessed_at: datetime
    assessed_by: str

    @property
    def target_customer(self) -> bool | None:
        """True when all three hold, False when one does not, else unknown."""
        answers = (self.need_unmet, self.can_meet, self.profitable)
        if False in answers:
            return False
        return None if None in answers else True
