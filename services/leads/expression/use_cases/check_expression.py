"""A dry run of an expression."""

from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.domain import Expression, Failure, evaluate
from services.leads.expression.lead_facts import lead_facts
from services.leads.expression.variables import VOCABULARY
from services.leads.lead.use_cases.change_lead import load_lead
from shared.contracts.identity import Identity
from shared.expression.faults import fields_named


async def check_expression(
    connection: AsyncConnection,
    identity: Identity,
    expression: Expression,
    lead_id: UUID | None,
    *,
    now: datetime,
) -> dict[str, Any]:
    """What it names and what it answers for the lead. Refuses with `lead_not_found`."""
    uses = fields_named(expression.text, VOCABULARY)
    if lead_id is None:
        return {"uses": uses, "result": None, "failure": None}
    lead = await load_lead(connection, identity, lead_id)
    result = evaluate(expression, lead_facts(lead, now))
    if isinstance(result, Failure):
        return {"uses": uses, "result": None, "failure": asdict(result)}
    return {"uses": uses, "result": result, "failure": None}
