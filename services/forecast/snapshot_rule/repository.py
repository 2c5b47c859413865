"""The rules to their row."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot_rule.domain import Rules
from services.forecast.snapshot_rule.tables import snapshot_rule
from shared.contracts.errors import DomainError


async def save(connection: AsyncConnection, rules: Rules) -> None:
    """Write the next version. Somebody else having written it first is `version_conflict`."""
    values = {name: getattr(rules, name) for name in Rules.__slots__}
    new = insert(snapshot_rule).values(id=1, **values)
    written = await connection.scalar(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new.excluded[name] for name in values},
            where=snapshot_rule.c.version == new.excluded.version - 1,
        ).returning(snapshot_rule.c.id)
    )
    if written is None:
        raise DomainError("version_conflict", "The rules were changed meanwhile.")
