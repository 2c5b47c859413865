"""Reads of the settings and the rates."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation.tables import exchange_rate, organisation
from shared.web.listing import Field, Listing

_OUT = [column for column in organisation.c if column.name not in ("working_hours", "field_versions")]
_ID = (
    exchange_rate.c.currency + literal_column("':'") + func.to_char(exchange_rate.c.valid_from, "YYYY-MM-DD")
)
RATES = Listing(
    name="exchange_rates",
    table=exchange_rate,
    fields={
        "id": Field(_ID, "text", sortable=True, filterable=False, nullable=False),
        "currency": Field(exchange_rate.c.currency, "text", sortable=True),
        "valid_from": Field(exchange_rate.c.valid_from, "date", sortable=True),
        "rate": Field(exchange_rate.c.rate, "decimal"),
        "set_at": Field(exchange_rate.c.set_at, "datetime"),
    },
    default_sort="currency,-valid_from",
    item_fields=("currency", "valid_from", "rate", "set_at"),
)


async def settings_of(connection: AsyncConnection) -> Mapping[str, Any] | None:
    """The organisation's settings."""
    row = (await connection.execute(select(*_OUT).limit(1))).mappings().one_or_none()
    return None if row is None else dict(row)
