"""What an assumption says, in terms of deals."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.scenario.domain import Effect, Reach, largest
from services.forecast.scenario.queries import members_below, territories_within
from services.forecast.scenario.schemas import (
    Assumption,
    CategoryShift,
    DemandFall,
    LoseCustomers,
    LoseLargest,
    PriceFall,
    RepLeaves,
    Slip,
    WinRate,
)
from shared.organisation.tables import Structure

_GONE = Decimal(0)


async def effect_of(
    connection: AsyncConnection,
    assumption: Assumption,
    *,
    won: Mapping[UUID, Decimal],
    expected: Mapping[UUID | None, Decimal],
    structure: Structure,
) -> Effect:
    """The effect. Who is largest is judged before any effect, by what was `won` from each account and is
    `expected` of it."""
    match assumption:
        case LoseLargest():
            lost = largest(won, expected, assumption.count)
            return Effect(Reach(accounts=lost), value=_GONE)
        case LoseCustomers():
            return Effect(Reach(accounts=frozenset(assumption.account_ids)), value=_GONE)
        case RepLeaves():
            return Effect(Reach(owners=frozenset([assumption.owner_id])), value=assumption.kept)
        case DemandFall():
            return Effect(demand=1 - assumption.fall)
        case _:
            return _narrowed(assumption, await _reach(connection, assumption, structure))


def _narrowed(assumption: PriceFall | WinRate | Slip | CategoryShift, reach: Reach) -> Effect:
    match assumption:
        case PriceFall():
            return Effect(reach, value=1 - assumption.fall)
        case WinRate():
            return Effect(reach, chance=assumption.factor)
        case Slip():
            return Effect(reach, days=assumption.days)
        case CategoryShift():
            return Effect(reach, shift=(assumption.shift_from, assumption.shift_to))


async def _reach(
    connection: AsyncConnection, about: PriceFall | WinRate | Slip | CategoryShift, structure: Structure
) -> Reach:
    owners: frozenset[UUID] | None = None
    if about.team_id is not None:
        owners = await members_below(connection, about.team_id, structure)
    if about.owner_id is not None:
        alone = frozenset([about.owner_id])
        owners = alone if owners is None else owners & alone
    lying_in = None
    if about.territory_id is not None:
        lying_in = await territories_within(connection, about.territory_id)
    return Reach(
        owners=owners,
        products=None if about.product_id is None else frozenset([about.product_id]),
        territories=lying_in,
    )
