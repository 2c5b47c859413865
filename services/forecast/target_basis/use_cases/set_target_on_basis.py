"""Set a target, and keep the forecast it rests on as it is at that moment."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot.queries import taken_at
from services.forecast.tables import ORGANISATION
from services.forecast.target.domain import AIMS, Aim, Target
from services.forecast.target.use_cases.set_target import set_target
from services.forecast.target_basis import repository
from services.forecast.target_basis.domain import Basis, BasisError, not_later_than
from services.forecast.target_basis.schemas import BasisIn, TargetWithBasisIn
from services.forecast.target_basis.use_cases.reckon_figure import reckon_figure
from shared.contracts.envelope import EventContext
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Moment


async def set_target_on_basis(
    connection: AsyncConnection,
    said: TargetWithBasisIn,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
    context: EventContext,
) -> tuple[Target, bool]:
    """The target, and whether it is new. Refuses as `set_target` does, and with `snapshot_not_found`,
    `insufficient_history` when the method says nothing."""
    target, created = await set_target(
        connection,
        Aim(**{name: getattr(said, name) for name in AIMS}),
        said.period,
        said.amount,
        by=by,
        expected=expected,
        now=now,
        context=context,
    )
    if said.basis is not None:
        await _freeze(connection, target, said.basis, by=by, now=now)
    return target, created


async def _freeze(
    connection: AsyncConnection, target: Target, said: BasisIn, *, by: Identity, now: datetime
) -> None:
    moment = await _moment(connection, said, now)
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    amount = await reckon_figure(
        connection, said.method, target.period, target.aim, calendar=calendar, moment=moment, by=by, now=now
    )
    if amount is None:
        raise BasisError("insufficient_history", "Too little is known for this method; base it on another.")
    basis = Basis(
        id=new_id(),
        target_id=target.id,
        target_version=target.version,
        method=said.method,
        snapshot_id=said.snapshot_id,
        as_of=moment.as_of,
        known_at=moment.known_at or now,
        amount=amount,
        target_amount=target.base_amount.amount,
        currency=target.base_amount.currency,
        said_by=by.sub,
        frozen_at=now,
    )
    await repository.add(connection, basis)


async def _moment(connection: AsyncConnection, said: BasisIn, now: datetime) -> Moment:
    if said.snapshot_id is not None:
        taken = await taken_at(connection, said.snapshot_id)
        if taken is None:
            raise BasisError("snapshot_not_found", f"There is no snapshot {said.snapshot_id}.")
        return Moment(taken, taken)
    return Moment(not_later_than(now, said.as_of, "as_of"), not_later_than(now, said.known_at, "known_at"))
