"""How well a seller's skills fit a lead.

Formula: the levels of the lead's needs the seller meets / (5 x number of needs). Needs are the lead's
product interest, industry, language, tags and territory; a level below the rule's `min_level` counts as 0.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from services.leads.lead.domain import Lead
from services.leads.routing.candidate import Barrier, Candidate
from services.leads.seller.domain import FLUENT

Need = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Fit:
    """`met`: level by need. `barrier`: why the member cannot be chosen by skills."""

    score: float
    met: Mapping[Need, int]
    barrier: Barrier | None = None

    @property
    def why(self) -> str:
        """The needs that are met, with their levels."""
        return ", ".join(f"{kind} {name} {level}" for (kind, name), level in self.met.items())


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a rule asks of sellers for a lead: its needs and territory, the kinds of needs that must be met,
    and the level from which one counts as met."""

    needs: tuple[Need, ...]
    territory_id: UUID | None
    required: frozenset[str]
    min_level: int


def needs_of(lead: Lead) -> list[Need]:
    """What a seller should know for this lead, without case."""
    needs = [
        *(("product", name) for name in (lead.product_interest,) if name),
        *(("industry", name) for name in (lead.industry,) if name),
        *(("language", name.split("-")[0]) for name in (lead.language,) if name),
        *(("skill", tag) for tag in lead.tags),
    ]
    return list(dict.fromkeys((kind, name.casefold()) for kind, name in needs))


def fit(candidate: Candidate, wanted: Wanted) -> Fit:
    """The candidate's fit; one who misses a required kind of need, or meets none, has a barrier."""
    levels = ((need, _level(candidate, need)) for need in wanted.needs)
    met = {need: level for need, level in levels if level >= wanted.min_level}
    missing = [need for need in wanted.needs if need[0] in wanted.required and need not in met]
    count = len(wanted.needs)
    if wanted.territory_id is not None:
        count += 1
        if wanted.territory_id in candidate.territory_ids:
            met["territory", "own"] = FLUENT
        elif "territory" in wanted.required:
            missing.append(("territory", "own"))
    if missing:
        kind, name = missing[0]
        return Fit(0, met, Barrier("skill_missing", f"skill {kind} {name} missing"))
    if not met:
        return Fit(0, met, Barrier("no_skill_match", "no skill matches the lead"))
    return Fit(round(sum(met.values()) / (FLUENT * count), 4), met)


def _level(candidate: Candidate, need: Need) -> int:
    kind, name = need
    levels = candidate.levels
    if kind == "skill":
        return max(levels.get((each, name), 0) for each in ("skill", "product", "industry"))
    return levels.get(need, 0)
