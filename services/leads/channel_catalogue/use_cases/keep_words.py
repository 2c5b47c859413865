"""A channel is called by its key, its name and its aliases; the organisation says what becomes of others."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue import repository
from services.leads.channel_catalogue.domain import Unknown, word_of
from services.leads.channel_catalogue.use_cases.name_channels import fresh_catalogue
from shared.contracts.errors import DomainError, FieldError


async def keep_words(connection: AsyncConnection, key: str, name: str, aliases: Sequence[str]) -> None:
    """These are its words. Needs a transaction. Refuses an alias that another channel has."""
    own = {word_of(alias): position for position, alias in enumerate(aliases)}
    taken = await repository.replace_words(connection, key, {word_of(key), word_of(name), *own})
    errors = [
        FieldError(f"/aliases/{own[word]}", "taken", "Another channel is called that.")
        for word in sorted(taken)
        if word in own
    ]
    if errors:
        raise DomainError("validation_failed", "Another channel is called that.", errors)
    await fresh_catalogue(connection)


async def set_unknown(connection: AsyncConnection, unknown: Unknown, *, seen_version: int | None) -> int:
    """The version of the settings. Needs a transaction."""
    version = await repository.set_unknown(connection, unknown, seen_version)
    if version is None:
        raise DomainError("version_conflict", "The settings were changed meanwhile; read them again.")
    await fresh_catalogue(connection)
    return version
