"""The catalogue of words to and from its tables."""

from collections.abc import Collection

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_catalogue.domain import Catalogue, Unknown
from services.leads.channel_catalogue.tables import channel_settings, channel_word
from shared.persistence.bulk import insert_rows

_MOST_WORDS = 10_000


async def load(connection: AsyncConnection) -> Catalogue:
    """The catalogue as it stands."""
    rows = await connection.execute(select(channel_word.c.word, channel_word.c.key).limit(_MOST_WORDS))
    return Catalogue({row.word: row.key for row in rows}, (await settings(connection))[1])


async def settings(connection: AsyncConnection) -> tuple[int, Unknown]:
    """Version and what becomes of unknown words."""
    row = (await connection.execute(select(channel_settings))).mappings().first()
    return (0, "keep") if row is None else (row["version"], row["unknown"])


async def set_unknown(connection: AsyncConnection, unknown: Unknown, seen_version: int | None) -> int | None:
    """The new version; None when the settings are no longer those of `seen_version`."""
    new = insert(channel_settings).values(sole=True, version=1, unknown=unknown)
    same = text("true") if seen_version is None else channel_settings.c.version == seen_version
    renewed = new.on_conflict_do_update(
        index_elements=["sole"],
        set_={"version": channel_settings.c.version + 1, "unknown": new.excluded.unknown},
        where=same,
    )
    version: int | None = await connection.scalar(renewed.returning(channel_settings.c.version))
    return version


async def replace_words(connection: AsyncConnection, key: str, words: Collection[str]) -> set[str]:
    """From now on these are the channel's words; answers those that another channel has."""
    await connection.execute(delete(channel_word).where(channel_word.c.key == key))
    rows = [{"word": word, "key": key} for word in sorted(words)]
    new = insert_rows(channel_word, rows).on_conflict_do_nothing().returning(channel_word.c.word)
    written = {row.word for row in await connection.execute(new)} if rows else set()
    return set(words) - written
