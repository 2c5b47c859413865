"""A reason why deals end as they do, and which reason somebody means."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError

Outcome = Literal["lost", "won"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
MOST_REASONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class LossReason:
    """`needs_note`: who gives it says more. `asks_competitor`: who gives it says to whom."""

    id: UUID
    key: str
    label: str
    created_at: datetime
    updated_at: datetime
    outcome: Outcome = "lost"
    needs_note: bool = False
    asks_competitor: bool = False
    position: int = 0
    active: bool = True
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)


class Reasons:
    """All reasons, as they were at `version`."""

    def __init__(self, reasons: Iterable[LossReason] = (), version: int = 0) -> None:
        self.version = version
        self.all = tuple(reasons)

    def known(self, said: str, outcome: Outcome) -> LossReason | None:
        """That of this id, key or label (letter case does not matter), one in use before one that is not."""
        word = word_of(said)
        found = [
            each
            for each in self.all
            if each.outcome == outcome and word in (str(each.id), each.key, word_of(each.label))
        ]
        return min(found, key=lambda each: not each.active, default=None)

    def meant(self, said: str, outcome: Outcome) -> LossReason | None:
        """The reason in use that is meant; None where the organisation tells no reasons apart.

        Refuses with `reason_unknown`, naming those there are.
        """
        there = [each for each in self.all if each.active and each.outcome == outcome]
        if not there:
            return None
        found = self.known(said, outcome)
        if found is None or not found.active:
            detail = f"Give one of the reasons: {', '.join(each.key for each in there)}."
            errors = [FieldError("/reason", "reason_unknown", detail)]
            shown = [{"id": str(each.id), "key": each.key, "label": each.label} for each in there]
            raise DomainError("reason_unknown", detail, errors, extra={"reasons": shown})
        return found


def word_of(said: str) -> str:
    """The form in which reasons are compared."""
    return " ".join(said.split()).casefold()


def refuse_incomplete(reason: LossReason, *, note: str | None, competitor: str | None) -> None:
    """Refuses with `validation_failed` a reason without what it asks for."""
    errors = []
    if reason.needs_note and not note:
        errors.append(FieldError("/note", "required", f"Say more: {reason.label} needs a note."))
    if reason.asks_competitor and not competitor:
        errors.append(FieldError("/competitor", "required", f"{reason.label}: say to whom."))
    if errors:
        raise DomainError("validation_failed", errors[0].detail, errors)
