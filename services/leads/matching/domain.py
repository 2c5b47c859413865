"""When two records are one: criteria with weights make a score from 0 to 100, with its reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from shared.contracts.errors import DomainError, FieldError

Kind = Literal["lead", "contact", "account"]
KINDS: tuple[Kind, ...] = ("lead", "contact", "account")
Pair = Literal["lead-lead", "lead-contact", "lead-account", "contact-contact", "account-account"]
PAIRS: tuple[Pair, ...] = ("lead-lead", "lead-contact", "lead-account", "contact-contact", "account-account")
Compared = Literal["email", "email_domain", "phone", "name", "company", "city", "country"]
Comparison = Literal["exact", "normalised", "fuzzy"]
Blank = Literal["ignore", "mismatch"]
SEARCH = "duplicates.search"
"""The kind of agenda entry a record gets when what it is recognised by changes."""
INDEXED: tuple[Compared, ...] = ("email", "email_domain", "phone", "name", "company")
TEXTS: tuple[Compared, ...] = ("name", "company", "city")


class MatchingError(DomainError):
    """A rule of matching said no."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a record is recognised by, in normal forms. `account_id`: whose company a contact works for;
    `active` is false once it was merged into another."""

    kind: Kind
    record_id: UUID
    email: str | None = None
    email_domain: str | None = None
    phone: str | None = None
    company: str | None = None
    name: str | None = None
    city: str | None = None
    country: str | None = None
    account_id: UUID | None = None
    active: bool = True

    def row(self) -> dict[str, Any]:
        """Its fields by name."""
        return {name: getattr(self, name) for name in KEY_FIELDS}


KEY_FIELDS = tuple(each.name for each in fields(Likeness))


@dataclass(frozen=True, slots=True)
class Criterion:
    """One comparison. Below `min_similarity` (0 to 1) it earns nothing; `blank`: a missing value."""

    field: Compared
    comparison: Comparison
    weight: int = 1
    min_similarity: float = 0.85
    blank: Blank = "mismatch"

    def similarity(self, one: Likeness, other: Likeness) -> float | None:
        """0 to 1; None when a value is missing and that is to be ignored."""
        mine, theirs = getattr(one, self.field), getattr(other, self.field)
        if mine is None or theirs is None:
            return None if self.blank == "ignore" else 0.0
        if self.comparison != "fuzzy" or mine == theirs:
            return 1.0 if mine == theirs else 0.0
        measured = JaroWinkler.similarity if self.field == "city" else _by_words
        found = round(measured(mine, theirs), 4)
        return found if found >= self.min_similarity else 0.0


def _by_words(mine: str, theirs: str) -> float:
    return fuzz.token_sort_ratio(mine, theirs) / 100


@dataclass(frozen=True, slots=True)
class Reason:
    """What one criterion found, and the points (of 100) it earned."""

    field: Compared
    comparison: Comparison
    similarity: float
    points: float

    def row(self) -> dict[str, Any]:
        """Its fields by name."""
        return {name: getattr(self, name) for name in ("field", "comparison", "similarity", "points")}


@dataclass(frozen=True, slots=True)
class Match:
    """How alike two records are by the rule that says most."""

    score: int
    rule_id: UUID
    rule: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Two records of these kinds are one when the score, 100 x sum(weight x similarity) / sum(weight) over
    the criteria that are not ignored, reaches the threshold."""

    id: UUID
    name: str
    kinds: tuple[Pair, ...]
    criteria: tuple[Criterion, ...]
    threshold: int
    created_at: datetime
    updated_at: datetime
    active: bool = True
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def match(self, one: Likeness, other: Likeness) -> Match | None:
        """The match, when the threshold is reached."""
        found = [(each, each.similarity(one, other)) for each in self.criteria]
        counted = [(each, value) for each, value in found if value is not None]
        total = sum(each.weight for each, _ in counted)
        earned = sum(each.weight * value for each, value in counted)
        if not total or 100 * earned < self.threshold * total:
            return None
        reasons = tuple(
            Reason(each.field, each.comparison, value, round(100 * each.weight * value / total, 1))
            for each, value in counted
        )
        return Match(round(100 * earned / total), self.id, self.name, reasons)

    def decisive(self) -> tuple[Compared, ...]:
        """The indexed fields without which the threshold cannot be reached: what candidates are found by."""
        total = sum(each.weight for each in self.criteria)
        return tuple(
            each.field
            for each in self.criteria
            if each.blank == "mismatch"
            and each.field in INDEXED
            and 100 * (total - each.weight) < self.threshold * total
        )

    def check(self) -> None:
        """Refuses a rule that would have to compare every record with every other, and senseless ones."""
        for index, each in enumerate(self.criteria):
            if (each.comparison == "exact") == (each.field in TEXTS):
                wanted = "`normalised` or `fuzzy`" if each.field in TEXTS else "`exact`"
                detail = f"{each.field} is compared {wanted}."
                raise _wrong(f"/criteria/{index}/comparison", "comparison_unfit", detail)
        named = [each.field for each in self.criteria]
        if len(set(named)) < len(named):
            raise _wrong("/criteria", "field_twice", "A field is compared once in a rule.")
        if not self.decisive():
            detail = (
                "No criterion is decisive: one on email, email_domain, phone, name or company must take"
                " blanks for a mismatch and weigh so much that the threshold cannot be reached without it."
            )
            raise _wrong("/criteria", "not_decisive", detail)

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> "Rule":
        """The rule with these values; itself when nothing differs. Refuses what `check` refuses."""
        changes = {name: value for name, value in values.items() if getattr(self, name) != value}
        if not changes:
            return self
        version = self.version + 1
        versions = {**self.field_versions, **dict.fromkeys(changes, version)}
        after = replace(self, **changes, version=version, field_versions=versions, updated_at=now)
        after.check()
        return after


def _wrong(pointer: str, code: str, detail: str) -> MatchingError:
    return MatchingError("validation_failed", detail, [FieldError(pointer, code, detail)])


def pair_of(one: Kind, other: Kind) -> Pair | None:
    """The pair two kinds make, in whichever order; None for contacts with accounts, which are never one."""
    for pair in PAIRS:
        if pair in (f"{one}-{other}", f"{other}-{one}"):
            return pair
    return None


def partners_of(kind: Kind, pairs: Sequence[Pair]) -> tuple[Kind, ...]:
    """The kinds that records of this kind are compared with."""
    return tuple(other for other in KINDS if pair_of(kind, other) in pairs)


def best_match(rules: Sequence[Rule], one: Likeness, other: Likeness) -> Match | None:
    """The match of the rule that says most; of equal ones the first."""
    pair = pair_of(one.kind, other.kind)
    found = [rule.match(one, other) for rule in rules if pair in rule.kinds]
    return max((each for each in found if each is not None), key=lambda each: each.score, default=None)


@dataclass(frozen=True, slots=True)
class Found:
    """A record that is like the one asked about."""

    other: Likeness
    match: Match
