"""What a target rests on, and what the same figure says today."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.tables import ORGANISATION
from services.forecast.target.domain import AIMS, Aim
from services.forecast.target.queries import one_visible
from services.forecast.target.schemas import TargetOut
from services.forecast.target_basis import repository
from services.forecast.target_basis.domain import Basis, BasisError, sees_all_of
from services.forecast.target_basis.use_cases.reckon_figure import reckon_figure
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Moment


@dataclass(frozen=True, slots=True)
class Looked:
    """`then`: as of the same instant, with all that is known now."""

    target: TargetOut
    basis: Basis
    then: Decimal | None
    now: Decimal | None
    earlier: list[Basis]


async def look_at_basis(
    connection: AsyncConnection, target_id: UUID, *, by: Identity, now: datetime
) -> Looked:
    """Refuses with `target_not_found`, and with `basis_not_found` where there is none, or whoever asks does
    not see all deals the target is about."""
    target = await one_visible(connection, by, target_id)
    aim = Aim(**{name: getattr(target, name) for name in AIMS})
    bases = await repository.bases_of(connection, target_id) if sees_all_of(aim, by) else []
    if not bases:
        raise BasisError("basis_not_found", "The target rests on no forecast that you may see.")
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    period = calendar.span(target.period, target.starts_on, target.ends_on)
    basis = bases[0]

    async def figure(moment: Moment | None) -> Decimal | None:
        return await reckon_figure(
            connection, basis.method, period, aim, calendar=calendar, moment=moment, by=by, now=now
        )

    return Looked(
        target=target,
        basis=basis,
        then=await figure(Moment(basis.as_of)),
        now=await figure(None),
        earlier=bases[1:],
    )
