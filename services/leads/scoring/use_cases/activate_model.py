"""A person puts a model in service, whatever the comparison said."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.score_model.use_cases.current_model import fresh_model
from services.leads.score_model.use_cases.find_models import describe_model, load_numbers
from services.leads.score_model.use_cases.keep_model import put_in_service
from shared.contracts.errors import DomainError


async def activate_model(
    connection: AsyncConnection, version: int, by: str | None, now: datetime
) -> dict[str, Any]:
    """The model, in service; open leads are judged anew. Needs a transaction. Refuses an untrained one."""
    await load_numbers(connection, version)
    await put_in_service(connection, version, f"Put in service by {by or 'a member'}.")
    await review_open_leads(connection, now=now)
    await fresh_model(connection)
    found = await describe_model(connection, version)
    if found is None:
        raise DomainError("model_not_found", "There is no such model.")
    return found
