"""Found the organisation, change its settings, set its rates."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation import repository
from services.gateway.organisation.domain import Organisation, require_time_zone
from services.gateway.tables import OUTBOX
from shared.contracts.envelope import EventContext, wrap
from shared.contracts.events.gateway_organisation import DatedRate, OrganisationState
from shared.contracts.ids import new_id


async def found_organisation(
    connection: AsyncConnection,
    *,
    name: str,
    base_currency: str,
    time_zone: str,
    now: datetime,
    context: EventContext,
    fiscal_year_start_month: int = 1,
) -> Organisation:
    """The one organisation. The database refuses a second one."""
    require_time_zone(time_zone)
    organisation = Organisation(
        id=new_id(),
        name=name,
        base_currency=base_currency,
        time_zone=time_zone,
        fiscal_year_start_month=fiscal_year_start_month,
        working_days=[1, 2, 3, 4, 5],
        created_at=now,
        updated_at=now,
    )
    await repository.add(connection, organisation)
    await _announce(connection, organisation, organisation.founded(), context)
    return organisation


async def change_settings(
    connection: AsyncConnection,
    changes: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
    context: EventContext,
) -> Organisation:
    """The settings after the change. Refuses `version_conflict`, `base_currency_fixed`,
    `validation_failed`."""
    organisation = await repository.get(connection)
    has_rates = "base_currency" in changes and await repository.has_rates(connection)
    edited, event = organisation.edited(changes, seen_version=seen_version, has_rates=has_rates, now=now)
    if event is not None:
        await repository.save(connection, edited)
        await _announce(connection, edited, event, context)
    return edited


async def set_rates(
    connection: AsyncConnection, rates: Sequence[DatedRate], *, now: datetime, context: EventContext
) -> Organisation:
    """Rates added or corrected. The last one counts when a currency and day come twice."""
    organisation = await repository.get(connection)
    distinct = list({(rate.currency, rate.valid_from): rate for rate in rates}.values())
    edited, event = organisation.with_rates(distinct, now=now)
    await repository.put_rates(connection, distinct, now)
    await repository.save(connection, edited)
    await _announce(connection, edited, event, context)
    return edited


async def close_days(
    connection: AsyncConnection, rows: Sequence[Mapping[str, Any]], *, now: datetime, context: EventContext
) -> tuple[Organisation, set[date]]:
    """Nobody works on these days; the organisation after it, and those that were not closed before."""
    organisation = await repository.get(connection)
    new = await repository.close_days(connection, rows)
    if not new:
        return organisation, new
    edited, event = organisation.with_closed_days([*organisation.closed_days, *new], now=now)
    await repository.save(connection, edited)
    await _announce(connection, edited, event, context)
    return edited, new


async def open_day(
    connection: AsyncConnection, day: date, *, now: datetime, context: EventContext
) -> tuple[Organisation, str] | None:
    """People work on that day again; the organisation after it, and what the day was called. None when it
    was not closed."""
    organisation = await repository.get(connection)
    name = await repository.open_day(connection, day)
    if name is None:
        return None
    left = [each for each in organisation.closed_days if each != day]
    edited, event = organisation.with_closed_days(left, now=now)
    await repository.save(connection, edited)
    await _announce(connection, edited, event, context)
    return edited, name


async def _announce(
    connection: AsyncConnection, organisation: Organisation, event: OrganisationState, context: EventContext
) -> None:
    envelope = wrap(
        event,
        subject=organisation.id,
        sequence=organisation.version,
        time=organisation.updated_at,
        context=context,
    )
    await OUTBOX.add(connection, [envelope])
