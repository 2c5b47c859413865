"""Say what is to be won in a period. Said again for the same period and aim, it amends the target."""

import asyncio
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.tables import ORGANISATION, OUTBOX
from services.forecast.target import queries, repository
from services.forecast.target.domain import Aim, Target, TargetError, new_target, not_negative
from shared.contracts.envelope import EventContext, wrap
from shared.contracts.errors import FieldError
from shared.contracts.events.forecast_target import TargetState
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation, load_rates
from shared.reporting.asked import named_period

_PATIENCE_SECONDS, _POLL_SECONDS = 1.0, 0.05


async def set_target(
    connection: AsyncConnection,
    aim: Aim,
    period: str,
    amount: Money,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
    context: EventContext,
) -> tuple[Target, bool]:
    """The target, and whether it is new. `expected`: the version the caller read, None for whatever it is.

    Refuses with `period_invalid`, `validation_failed`, `reference_unknown`, `forbidden`, `rate_missing`,
    `version_conflict`. The same amount again changes nothing and announces nothing.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    span = named_period(period, calendar, now=now, pointer="/period")
    await _allowed(connection, aim.checked(), by)
    rates = await load_rates(connection, ORGANISATION, [amount.currency], organisation.base_currency)
    base = rates.to_base(not_negative(amount), span.starts_on)
    standing = await repository.find(connection, span, aim, calendar)
    if standing is None and expected is None:
        target, event = new_target(new_id(), span, aim, amount=amount, base_amount=base, now=now)
        if await repository.add(connection, target):
            await _announce(connection, target, event, context)
            return target, True
        standing = await repository.find(connection, span, aim, calendar)
    return await _amended(connection, standing, amount, base, expected=expected, now=now, context=context)


async def _amended(
    connection: AsyncConnection,
    standing: Target | None,
    amount: Money,
    base: Money,
    *,
    expected: int | None,
    now: datetime,
    context: EventContext,
) -> tuple[Target, bool]:
    if standing is None or expected not in (None, standing.version):
        raise TargetError("version_conflict", "The target was changed or withdrawn meanwhile.")
    if (standing.amount, standing.base_amount) == (amount, base):
        return standing, False
    target, event = standing.amended(amount, base, now=now)
    await repository.save(connection, target)
    await _announce(connection, target, event, context)
    return target, False


async def _allowed(connection: AsyncConnection, aim: Aim, by: Identity) -> None:
    unknown = await queries.unknown_reference(connection, aim)
    for _ in range(round(_PATIENCE_SECONDS / _POLL_SECONDS)):
        if unknown is None:
            break
        await asyncio.sleep(_POLL_SECONDS)
        unknown = await queries.unknown_reference(connection, aim)
    if unknown is not None:
        detail = f"There is no {unknown.removesuffix('_id')} of this id."
        raise TargetError(
            "reference_unknown", detail, [FieldError(f"/{unknown}", "reference_unknown", detail)]
        )
    if not await queries.may_set(connection, by, aim):
        raise TargetError("forbidden", "The caller may not set this target.")


async def _announce(
    connection: AsyncConnection, target: Target, event: TargetState, context: EventContext
) -> None:
    envelope = wrap(
        event, subject=target.id, sequence=target.version, time=target.updated_at, context=context
    )
    await OUTBOX.add(connection, [envelope])
