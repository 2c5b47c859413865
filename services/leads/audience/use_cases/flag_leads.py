"""A step of triage and of every later look: leads are held against the audiences."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.audience.domain import Audience
from services.leads.audience.repository import active_audiences, keep
from services.leads.expression.domain import Expression, compile_expression, holds
from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from shared.contracts.errors import DomainError


async def flag_leads(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """Two statements for all of them. A condition that fails for a lead does not hold for it."""
    audiences = [ready for each in await active_audiences(connection) for ready in _ready(each)]
    if not audiences:
        return
    rows = []
    for case in cases:
        facts = lead_facts(case.lead, now)
        rows += [
            {
                "lead_id": case.lead.id,
                "audience_id": audience.id,
                "fits": holds(condition, facts) is True,
                "at": now,
            }
            for audience, condition in audiences
        ]
    if rows:
        await keep(connection, rows)


def _ready(audience: Audience) -> list[tuple[Audience, Expression]]:
    try:
        return [(audience, compile_expression(audience.condition, wanted="condition"))]
    except DomainError:
        return []
