"""All territories of one version, and where in them a lead lies. No input/output."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.leads.expression.domain import Facts, compile_expression, holds
from services.leads.lead.domain import Lead
from services.leads.territory.domain import Territory
from shared.contracts.errors import DomainError

NAMED_ACCOUNT = 100
"""What a named account counts among the criteria that make a territory specific."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a lead lies, and why."""

    territory: Territory
    why: str


@dataclass(frozen=True, slots=True)
class _Question:
    """What is asked about a lead, beside the lead itself."""

    lead: Lead
    facts: Facts
    account_id: UUID | None


_Check = Callable[[_Question], bool]


@dataclass(slots=True)
class Atlas:
    """`members`: who works a territory now."""

    territories: dict[UUID, Territory]
    members: Mapping[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    _below: dict[UUID | None, list[Territory]] = field(init=False)
    _checks: dict[UUID, list[tuple[str, _Check]]] = field(init=False)

    def __post_init__(self) -> None:
        self._checks = {each.territory_id: _checks_of(each) for each in self.territories.values()}
        self._below = {}
        for each in sorted(self.territories.values(), key=lambda each: each.territory_id):
            parent = each.parent_id if each.parent_id in self.territories else None
            self._below.setdefault(parent, []).append(each)

    @property
    def by_account(self) -> bool:
        """Whether any territory names accounts."""
        return any(each.criteria.get("account_ids") for each in self.territories.values())

    def place(self, lead: Lead, facts: Facts, account_id: UUID | None) -> Place | None:
        """The deepest territory the lead lies in; of several the most specific, then the smallest id."""
        question = _Question(lead, facts, account_id)
        best: tuple[int, int, Territory, str] | None = None
        waiting: list[tuple[Territory, int]] = [(each, 1) for each in self._below.get(None, ())]
        while waiting:
            territory, depth = waiting.pop()
            met = self._met(territory, question)
            if met is None:
                continue
            waiting += [(each, depth + 1) for each in self._below.get(territory.territory_id, ())]
            found = (depth, _specific(met), territory, ", ".join(met) or "takes everything")
            if best is None or _order(found) < _order(best):
                best = found
        return None if best is None else Place(best[2], best[3])

    def workers(self, territory_id: UUID) -> tuple[UUID, ...]:
        """Who works the territory, or the nearest one above it that has anybody."""
        here: UUID | None = territory_id
        for _ in range(len(self.territories) + 1):
            if here is None or here not in self.territories:
                return ()
            if self.members.get(here):
                return self.members[here]
            here = self.territories[here].parent_id
        return ()

    def _met(self, territory: Territory, question: _Question) -> list[str] | None:
        """The criteria that hold; None when one does not. A named account is enough by itself."""
        named = territory.criteria.get("account_ids")
        if named and question.account_id is not None and str(question.account_id) in named:
            return ["named account"]
        checks = self._checks[territory.territory_id]
        if named and not checks:
            return None
        return [name for name, _ in checks] if all(check(question) for _, check in checks) else None


def atlas_of(territories: Iterable[Territory], members: Mapping[UUID, tuple[UUID, ...]]) -> Atlas:
    """The territories by their lasting ids."""
    return Atlas({each.territory_id: each for each in territories}, members)


def depths(territories: Iterable[Territory]) -> dict[UUID, int]:
    """How deep each lies: 1 for one that lies in no other of these."""
    above = {each.territory_id: each.parent_id for each in territories}
    found: dict[UUID, int] = {}
    for territory_id, parent in above.items():
        found[territory_id], here = 1, parent
        while here in above and found[territory_id] <= len(above):
            found[territory_id], here = found[territory_id] + 1, above[here]
    return found


def _order(found: tuple[int, int, Territory, str]) -> tuple[int, int, UUID]:
    depth, specific, territory, _ = found
    return -depth, -specific, territory.territory_id


def _specific(met: list[str]) -> int:
    return sum(NAMED_ACCOUNT if each == "named account" else 1 for each in met)


def _checks_of(territory: Territory) -> list[tuple[str, _Check]]:
    """Its criteria by name, ready to be asked of any number of leads."""
    criteria = territory.criteria
    return [
        (name, _CHECKS[name](criteria[name])) for name in _CHECKS if criteria.get(name) not in (None, [], ())
    ]


def _in_list(name: str) -> Callable[[Any], _Check]:
    def ready(wanted: Any) -> _Check:
        folded = {each.casefold() for each in wanted}

        def check(question: _Question) -> bool:
            value = getattr(question.lead, name)
            return value is not None and value.casefold() in folded

        return check

    return ready


def _in_postal_codes(wanted: Any) -> _Check:
    def check(question: _Question) -> bool:
        lead = question.lead
        if lead.postal_code is None:
            return False
        code = _plain(lead.postal_code)
        return any(each["country"] == lead.country and _covers(each, code) for each in wanted)

    return check


def _covers(part: Mapping[str, Any], code: str) -> bool:
    """By prefix, or between two codes by their leading characters."""
    if part.get("prefix"):
        return code.startswith(_plain(part["prefix"]))
    first, last = _plain(part["from"]), _plain(part["to"])
    return first <= code[: len(first)] and code[: len(last)] <= last


def _plain(code: str) -> str:
    return code.replace(" ", "").replace("-", "").upper()


def _at_least(wanted: Any) -> _Check:
    return lambda question: question.lead.employees is not None and question.lead.employees >= wanted


def _at_most(wanted: Any) -> _Check:
    return lambda question: question.lead.employees is not None and question.lead.employees <= wanted


def _by_expression(wanted: Any) -> _Check:
    """One that cannot be told does not hold: the lead lies elsewhere."""
    try:
        expression = compile_expression(wanted, wanted="condition")
    except DomainError:
        return lambda _: False
    return lambda question: holds(expression, question.facts) is True


_CHECKS: Mapping[str, Callable[[Any], _Check]] = {
    "countries": _in_list("country"),
    "regions": _in_list("region"),
    "industries": _in_list("industry"),
    "postal_codes": _in_postal_codes,
    "employees_min": _at_least,
    "employees_max": _at_most,
    "expression": _by_expression,
}
