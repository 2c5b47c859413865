"""What happens with a new lead that looks like something we have: by the policy of its source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.leads.matching.domain import Compared, Found, Kind, Likeness, pair_of
from shared.contracts.errors import DomainError, FieldError

Action = Literal["allow", "flag", "merge", "block"]
ACTIONS: tuple[Action, ...] = ("allow", "flag", "merge", "block")
LeadPair = Literal["lead-lead", "lead-contact", "lead-account"]
LEAD_PAIRS: tuple[LeadPair, ...] = ("lead-lead", "lead-contact", "lead-account")
_POINTERS: Mapping[Compared, str] = {"email_domain": "/email"}


class PolicyError(DomainError):
    """A rule of duplicate policies said no."""


@dataclass(frozen=True, slots=True)
class DuplicatePolicy:
    """The policy of one source; without a source that of all which have none of their own.

    It acts from `min_score` (0 to 100) on; what scores less is flagged. `pairs`: what new leads are compared
    with at all. `count_ended`: blocks also people whose earlier lead has ended.
    """

    id: UUID
    source: str | None
    action: Action
    created_at: datetime
    updated_at: datetime
    min_score: int = 0
    pairs: tuple[LeadPair, ...] = LEAD_PAIRS
    count_ended: bool = False
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None

    @property
    def looks(self) -> bool:
        """Whether leads of the source are compared at all."""
        return self.action != "allow" and bool(self.pairs)

    def looks_at(self, other: Kind) -> bool:
        """Whether leads are compared with records of that kind."""
        return self.looks and pair_of("lead", other) in self.pairs

    def merges(self, found: Found) -> bool:
        """Whether the lead becomes part of what it looks like: of leads only."""
        return self.action == "merge" and found.other.kind == "lead" and self._acts_on(found)

    def bars(self, found: Found) -> bool:
        """Whether the lead is not let in because of what it looks like."""
        return self.action == "block" and self._acts_on(found)

    def check_removable(self) -> None:
        """Refuses for the policy of all other sources: there is always one."""
        if self.source is None:
            detail = "The policy of all other sources stays; change its action instead."
            raise PolicyError("state_conflict", detail)

    def _acts_on(self, found: Found) -> bool:
        return self.looks_at(found.other.kind) and found.match.score >= self.min_score


@dataclass(frozen=True, slots=True)
class Policies:
    """All policies. Sources are the same whatever their case."""

    own: Mapping[str, DuplicatePolicy]
    otherwise: DuplicatePolicy

    def of(self, source: str | None) -> DuplicatePolicy:
        """The one for leads of this source."""
        return self.own.get((source or "").lower(), self.otherwise)


def all_policies(policies: Sequence[DuplicatePolicy]) -> Policies:
    """These, the one without source among them."""
    own = {each.source.lower(): each for each in policies if each.source is not None}
    return Policies(own, next(each for each in policies if each.source is None))


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A lead that is about to come in. `allowed`: somebody has said that it is no duplicate."""

    likeness: Likeness
    source: str | None
    allowed: bool = False


class DuplicateFound(DomainError):
    """A new lead is not let in, because of what it looks like: `found`, the likest first."""

    def __init__(
        self, found: Sequence[Found], *, shown: Sequence[Mapping[str, object]] | None = None
    ) -> None:
        likest = found[0]
        detail = f"It looks like a {likest.other.kind} that is there: {likest.match.score} of 100 points."
        beside: dict[str, object] = {} if shown is None else {"duplicates": shown}
        super().__init__("duplicate_found", detail, _same_fields(likest), extra=beside)
        self.found = found


def _same_fields(found: Found) -> list[FieldError]:
    pointers = dict.fromkeys(
        _POINTERS.get(reason.field, f"/{reason.field}")
        for reason in found.match.reasons
        if reason.similarity > 0
    )
    return [
        FieldError(each, "duplicate", f"A {found.other.kind} that is there has the same or a similar one.")
        for each in pointers
    ]
