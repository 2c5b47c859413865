"""Sales to new customers beside sales to those who bought before."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.schemas import Cut
from services.pipeline.sale_report.queries import by_kind
from services.pipeline.sale_report.schemas import FirstVsRepeat
from services.pipeline.sale_report.use_cases.counting import Count, count_sales, total
from shared.contracts.identity import Identity
from shared.reporting.asked import Asked

_KINDS = {"first": "first", "repeat": "repeat", "unknown": None}


async def compare_first_and_repeat(
    connection: AsyncConnection, caller: Identity, asked: Asked, cut: Cut, *, now: datetime
) -> FirstVsRepeat:
    """The kinds as the histories of the accounts are known now."""
    count = await count_sales(connection, caller, asked, cut, by_kind, now=now)
    return FirstVsRepeat.model_validate({**_kinds(count), **count.head(_kinds)})


def _kinds(count: Count) -> dict[str, Any]:
    return {
        **{name: count.shown(count.of(mark)) for name, mark in _KINDS.items()},
        "total": count.shown(total(each.tally for each in count.counted)),
    }
