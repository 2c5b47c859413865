"""Load and save the settings and the rates."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation.domain import Organisation, OrganisationError
from services.gateway.organisation.tables import exchange_rate, organisation
from services.gateway.versioned import insert_all, update_all
from shared.contracts.events.gateway_organisation import DatedRate
from shared.persistence.bulk import insert_rows


async def get(connection: AsyncConnection) -> Organisation:
    """The organisation, locked for change. Refuses `organisation_unknown` before it is founded."""
    row = (await connection.execute(select(organisation).with_for_update())).mappings().one_or_none()
    if row is None:
        raise OrganisationError("organisation_unknown", "The organisation is not set up yet.")
    return Organisation(**row)


async def add(connection: AsyncConnection, new: Organisation) -> None:
    """Write the one organisation."""
    await insert_all(connection, organisation, [_row(new)])


async def save(connection: AsyncConnection, changed: Organisation) -> None:
    """Write the next version."""
    await update_all(connection, organisation, [_row(changed)])


async def has_rates(connection: AsyncConnection) -> bool:
    """Whether any rate is recorded."""
    return await connection.scalar(select(exchange_rate.c.currency).limit(1)) is not None


async def put_rates(connection: AsyncConnection, rates: Sequence[DatedRate], now: datetime) -> None:
    """Add rates, or correct those of the same currency and day."""
    rows = [rate.model_dump() | {"set_at": now} for rate in rates]
    new = insert_rows(exchange_rate, rows)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["currency", "valid_from"],
            set_={"rate": new.excluded.rate, "set_at": new.excluded.set_at},
        )
    )


def _row(state: Organisation) -> dict[str, Any]:
    return asdict(state)
