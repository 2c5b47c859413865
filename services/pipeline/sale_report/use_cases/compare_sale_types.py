"""Active beside passive sales, direct beside indirect ones, and the pairs of both."""

from datetime import datetime
from typing import Any, get_args

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.schemas import Cut
from services.pipeline.sale_report.queries import by_type
from services.pipeline.sale_report.schemas import SaleTypes
from services.pipeline.sale_report.use_cases.counting import Count, count_sales, total
from shared.contracts.events.pipeline_deal import SaleApproach, SaleChannel
from shared.contracts.identity import Identity
from shared.reporting.asked import Asked

_APPROACHES: tuple[str | None, ...] = (*get_args(SaleApproach), None)
_CHANNELS: tuple[str | None, ...] = (*get_args(SaleChannel), None)


async def compare_sale_types(
    connection: AsyncConnection, caller: Identity, asked: Asked, cut: Cut, *, now: datetime
) -> SaleTypes:
    """The four pairs always; those of which only a part was said where there are any."""
    count = await count_sales(connection, caller, asked, cut, by_type, now=now)
    return SaleTypes.model_validate({**_types(count), **count.head(_types)})


def _types(count: Count) -> dict[str, Any]:
    said = {each.marks for each in count.counted}
    pairs = [(approach, channel) for approach in _APPROACHES for channel in _CHANNELS]
    return {
        "total": count.shown(total(each.tally for each in count.counted)),
        "by_approach": [{"sale_approach": one, **count.shown(count.of(one))} for one in _APPROACHES],
        "by_channel": [{"sale_channel": one, **count.shown(count.of(one, place=1))} for one in _CHANNELS],
        "pairs": [
            {"sale_approach": pair[0], "sale_channel": pair[1], **count.shown(count.of(*pair))}
            for pair in pairs
            if None not in pair or pair in said
        ],
    }
