"""The chance of one deal as a run kept it. Needs no numpy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.prediction.tables import prediction_deal, prediction_run
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope

_P, _R = prediction_deal.c, prediction_run.c


@dataclass(frozen=True, slots=True)
class Chance:
    """What the run said of the deal. `levels` and `effects` are in the order of the factors' `names`;
    `behind`: of each factor, by level, its name and the closings it was learned from."""

    probability: float
    in_quarter: float
    chance: Sequence[float]
    worth: float
    expected_value: float
    expected_close: date | None
    levels: Sequence[int]
    effects: Sequence[float]
    base: float
    names: Sequence[str]
    behind: Mapping[str, Sequence[tuple[str, int]]]
    closings: int


async def deal_status(
    connection: AsyncConnection, deal_id: UUID, by: Identity, *, as_of: datetime | None
) -> str | None:
    """How it ended or that it is open, at the instant; None where the caller sees no such deal."""
    deal = deals(as_of)
    status: str | None = await connection.scalar(
        select(deal.c.status).where(deal.c.deal_id == deal_id, owner_scope(ORGANISATION, by, deal.c.owner_id))
    )
    return status


async def kept_chance(connection: AsyncConnection, run_id: UUID, deal_id: UUID) -> Chance | None:
    """None where the run did not know the deal as an open one."""
    columns = (
        *(_P.probability, _P.in_quarter, _P.chance, _P.worth, _P.expected_value, _P.expected_close),
        *(_P.levels, _P.effects, _R.factors, _R.closings),
    )
    found = await connection.execute(
        select(*columns)
        .select_from(prediction_deal.join(prediction_run, _R.id == _P.run_id))
        .where(_P.run_id == run_id, _P.deal_id == deal_id)
    )
    row: Any = found.mappings().one_or_none()
    if row is None:
        return None
    known = {name: row[name] for name in row if name != "factors"}
    return Chance(**known, **row["factors"])
