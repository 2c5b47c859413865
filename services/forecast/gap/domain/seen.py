"""All that a gap is reckoned from, added up once, and by team as teams are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from services.forecast.gap.domain.parts import Behind, Cut, Fate, Sum, added

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Seen:
    """All deals that were to bring something by now or did, added up.

    `by_day`: what was to come and what came. `places`: what is missing of a cut (None: everywhere), by the
    stages in which deals were lost or wait. `stages`: what stages are called.
    """

    whole: dict[Fate, Sum]
    cuts: dict[Cut, dict[Fate, Sum]]
    by_day: Mapping[date, tuple[Decimal, Decimal]]
    places: dict[Cut | None, dict[Fate, dict[UUID, Decimal]]]
    stages: Mapping[UUID, str]

    def where(self, behind: Behind) -> UUID | None:
        """The stage in which most of what is behind a gap was lost or waits."""
        fates = self.places.get(behind.cut, {})
        found = next((by_stage for fate, by_stage in fates.items() if fate == behind.part), {})
        return max(found, key=lambda stage: (found[stage], -stage.int), default=None)

    def with_teams(self, group_of: Mapping[UUID, UUID | None]) -> "Seen":
        """The owners' sums added up by team as well."""
        owners: dict[Cut, list[Cut]] = {}
        for cut in self.cuts:
            if cut.by == "owner":
                team = group_of.get(UUID(cut.value)) if cut.value else None
                owners.setdefault(Cut("team", None if team is None else str(team)), []).append(cut)
        sums = {team: added(self.cuts[each] for each in cuts) for team, cuts in owners.items()}
        places: dict[Cut | None, dict[Fate, dict[UUID, Decimal]]] = {
            team: _places_added(self.places.get(each, {}) for each in cuts) for team, cuts in owners.items()
        }
        return replace(self, cuts=self.cuts | sums, places=self.places | places)


def _places_added(
    many: Iterable[Mapping[Fate, Mapping[UUID, Decimal]]],
) -> dict[Fate, dict[UUID, Decimal]]:
    together: dict[Fate, dict[UUID, Decimal]] = {}
    for fates in many:
        for fate, by_stage in fates.items():
            here = together.setdefault(fate, {})
            for stage, amount in by_stage.items():
                here[stage] = here.get(stage, _ZERO) + amount
    return together


def child_teams(
    team_of: Mapping[UUID, UUID | None], below: UUID | None, parents: Mapping[UUID, UUID | None]
) -> dict[UUID, UUID | None]:
    """The group of each member: its team; below a given team that team's child whose subtree holds it."""

    def group(team: UUID | None) -> UUID | None:
        if below is None or team is None or team == below:
            return team
        seen: set[UUID] = set()
        while team is not None and team not in seen and parents.get(team) != below:
            seen.add(team)
            team = parents.get(team)
        return team if team is not None and team not in seen else None

    return {member: group(team) for member, team in team_of.items()}
