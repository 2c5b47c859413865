"""What to do next about open deals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_sample.queries import sample_of
from services.forecast.deal_sample.schemas import Cut
from services.forecast.recommendation.domain import (
    Action,
    BestTime,
    OpenDeal,
    Slot,
    actions_for,
    best_times,
)
from services.forecast.recommendation.queries import evidence, open_deals, tries_by_slot
from services.forecast.recommendation.use_cases.predict_chance import WinChance, predict_chance
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation

MOST_DEALS = 20


@dataclass(frozen=True, slots=True)
class Advice:
    """One deal: the chance to win, and what to do, the best first."""

    deal: OpenDeal
    chance: WinChance | None
    actions: list[Action]


@dataclass(frozen=True, slots=True)
class Recommendations:
    """`slots`: all parts of the week; `times`: the best of them, none with too few tries."""

    as_of: datetime
    currency: str
    time_zone: str
    advice: list[Advice]
    slots: Sequence[Slot]
    times: list[BestTime]


async def recommend(
    connection: AsyncConnection,
    *,
    deal_id: UUID | None,
    owner_id: UUID | None,
    by: Identity,
    now: datetime,
) -> Recommendations:
    """For the deal, else for the 20 open deals of the largest value. Refuses with `deal_not_found`. The
    evidence is from all deals of the organisation, as counts alone."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    sample = sample_of(by, Cut(owner_id=owner_id), currency)
    deals = await open_deals(connection, sample, deal_id=deal_id, now=now, most=MOST_DEALS)
    if deal_id is not None and not deals:
        raise DomainError("deal_not_found", "There is no such open deal, or not for you.")
    known = await evidence(connection, now)
    of_owner = owner_id if deal_id is None else deals[0].owner_id
    zone, today = calendar.time_zone, calendar.local_date(now)
    slots = await tries_by_slot(connection, by, owner_id=of_owner, time_zone=zone, now=now)
    return Recommendations(
        as_of=now,
        currency=currency,
        time_zone=zone,
        advice=[
            Advice(
                deal,
                await predict_chance(connection, deal, now),
                actions_for(deal, known, now=now, today=today),
            )
            for deal in deals
        ],
        slots=slots,
        times=best_times(slots),
    )
