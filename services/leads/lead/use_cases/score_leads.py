"""Leads are judged by the model in service: new and edited ones at once, others when they are looked at."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.case import Case
from services.leads.lead.domain import Scorer
from services.leads.score_model.use_cases.current_model import fresh_model, known_model


def scorer(connection: AsyncConnection, now: datetime) -> Scorer:
    """How leads are judged at this moment. Asks the database nothing."""
    current = known_model(connection)
    return lambda lead: current.score(lead, now)


async def score_cases(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """Leads that the model in service judges otherwise than they were judged before."""
    current = await fresh_model(connection)
    for case in cases:
        case.add(case.lead.rescore(current.score(case.lead, now), now=now))
