"""The rules to their row."""

from pydantic import TypeAdapter
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.submission_rule.domain import Rules
from services.forecast.submission_rule.tables import submission_rule
from shared.contracts.errors import DomainError

_RULES: TypeAdapter[Rules] = TypeAdapter(Rules)


async def save(connection: AsyncConnection, rules: Rules) -> None:
    """Write the next version. Somebody else having written it first is `version_conflict`."""
    new = insert(submission_rule).values(
        id=1, version=rules.version, rules=_RULES.dump_python(rules, mode="json")
    )
    written = await connection.scalar(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={"version": new.excluded.version, "rules": new.excluded.rules},
            where=submission_rule.c.version == new.excluded.version - 1,
        ).returning(submission_rule.c.id)
    )
    if written is None:
        raise DomainError("version_conflict", "The rules were changed meanwhile.")
