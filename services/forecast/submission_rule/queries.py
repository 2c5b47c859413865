"""The rules as they are."""

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.submission_rule.domain import Rules
from services.forecast.submission_rule.tables import submission_rule

_RULES: TypeAdapter[Rules] = TypeAdapter(Rules)


async def load_rules(connection: AsyncConnection) -> Rules:
    """None until somebody sets some."""
    kept = await connection.scalar(select(submission_rule.c.rules))
    return Rules() if kept is None else _RULES.validate_python(kept)
