"""Deals won in a region: a territory with all below it, or a country."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.forecast.territory.domain import KnownTerritory
from shared.contracts.money import CENT
from shared.reporting.figures import Meanings, ratio

RegionKind = Literal["territory", "country"]
DEFINITIONS: Meanings = {
    "revenue": ("Amount of the deals won in the region in the period, in the organisation's currency.", None),
    "deals": ("Deals won in the region in the period.", None),
    "deals_without_amount": ("Deals among them without an amount in the organisation's currency.", None),
    "average": ("Revenue", "Deals with an amount"),
    "own": (
        "Revenue and deals of the region without the territories below it. These add up to the whole.",
        None,
    ),
    "plan": (
        "What is planned, as set now, for exactly this period and region. Null when nothing is, and for "
        "whoever does not see all deals.",
        None,
    ),
    "attainment": ("Revenue", "Plan"),
    "region": (
        "The deepest territory that names the deal's account, else the territory of the deal's lead, else "
        "that of the latest lead that became the account. A deal of no territory is shown by the country of "
        "its account, else of its lead.",
        None,
    ),
}


@dataclass(frozen=True, slots=True)
class Won:
    """Deals that were won. `amount` is of those that have one."""

    deals: int = 0
    without_amount: int = 0
    amount: Decimal = Decimal(0)

    def __add__(self, other: "Won") -> "Won":
        return Won(
            self.deals + other.deals, self.without_amount + other.without_amount, self.amount + other.amount
        )

    @property
    def average(self) -> Decimal | None:
        """Amount of a deal, in cents; None when none has an amount."""
        return ratio(self.amount, self.deals - self.without_amount, CENT)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a deal was won, as far as that is known."""

    territory_id: UUID | None
    country: str | None


@dataclass(frozen=True, slots=True)
class Region:
    """`own` is without what lies below it, `all` with it."""

    own: Won
    all: Won
    territory: KnownTerritory | None = None
    country: str | None = None


def by_country(won: Mapping[Place, Won], planned: Iterable[str] = ()) -> list[Region]:
    """One for each country that has deals or a plan, the largest first; deals of no country last."""
    found: dict[str | None, Won] = {country: Won() for country in planned}
    for place, each in won.items():
        found[place.country] = found.get(place.country, Won()) + each
    return _largest_first(Region(own=each, all=each, country=country) for country, each in found.items())


def by_territory(
    won: Mapping[Place, Won], territories: Mapping[UUID, KnownTerritory], planned: Iterable[UUID] = ()
) -> list[Region]:
    """One for each territory that has deals, or a plan, itself or below it; then the countries of all other
    deals."""
    own: dict[UUID, Won] = {territory_id: Won() for territory_id in planned if territory_id in territories}
    elsewhere: dict[Place, Won] = {}
    for place, each in won.items():
        if place.territory_id is not None and place.territory_id in territories:
            own[place.territory_id] = own.get(place.territory_id, Won()) + each
        else:
            elsewhere[place] = each
    whole: dict[UUID, Won] = {}
    for territory_id, each in own.items():
        for above in _upwards(territory_id, territories):
            whole[above] = whole.get(above, Won()) + each
    regions = (
        Region(own=own.get(territory_id, Won()), all=each, territory=territories[territory_id])
        for territory_id, each in whole.items()
    )
    return [*_largest_first(regions), *by_country(elsewhere)]


def _upwards(territory_id: UUID, territories: Mapping[UUID, KnownTerritory]) -> list[UUID]:
    """The territory and all above it."""
    found: list[UUID] = []
    here: UUID | None = territory_id
    while here is not None and here in territories and here not in found:
        found.append(here)
        here = territories[here].parent_id
    return found


def _largest_first(regions: Iterable[Region]) -> list[Region]:
    def weight(region: Region) -> tuple[bool, Decimal, str]:
        name = region.territory.name if region.territory else region.country
        return name is None, -region.all.amount, name or ""

    return sorted(regions, key=weight)
