"""Between which bounds the period will end, beside what stands in its columns."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.outlook.domain import Filter, GroupBy, Sums
from services.forecast.outlook.queries import GroupKey
from services.forecast.prediction.domain import chosen as prediction
from services.forecast.prediction.use_cases.foretell_period import Foretold, foretell_period
from services.forecast.rollup.domain import Price
from shared.contracts.identity import Identity
from shared.reporting.asked import Question

_FILTERS = frozenset({"team_id", "owner_id", "product_id", "product_family"})


async def foretell_ranges(
    connection: AsyncConnection,
    question: Question,
    chosen: Filter,
    *,
    by: Identity,
    group_by: GroupBy | None,
    price: Price,
    sums: Mapping[GroupKey, Sums],
    today: int,
) -> Foretold | None:
    """None where predictions do not tell these deals from others, or speak of another currency."""
    if price.currency != price.base or not chosen.given() <= _FILTERS:
        return None
    grouped = prediction.grouped(group_by)
    won: dict[UUID | None, Decimal] = {}
    for key, each in sums.items():
        place = key if grouped is not None and isinstance(key, UUID) else None
        won[place] = won.get(place, Decimal(0)) + each["closed"].amount
    of = prediction.Chosen(chosen.team_id, chosen.owner_id, chosen.product_id, chosen.product_family)
    part = prediction.Part(of, by, grouped)
    return await foretell_period(connection, question, part, won=won, today=today)
