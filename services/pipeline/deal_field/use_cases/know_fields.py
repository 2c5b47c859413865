"""The organisation's own fields, known without asking the database, and values judged by them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_field import repository
from services.pipeline.deal_field.catalogue import Catalogue
from services.pipeline.kept import Kept

KEPT_FIELDS: Kept[Catalogue] = Kept(repository.FIELDS.table, repository.load)


async def own_fields(connection: AsyncConnection, *, naming: Collection[str] = ()) -> Catalogue:
    """All fields; read anew when one of the keys is unknown here."""
    known = await KEPT_FIELDS.get(connection)
    return known if known.knows(naming) else await KEPT_FIELDS.fresh(connection)


async def with_own_values(connection: AsyncConnection, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the values of own fields as they are kept; what they name is not looked up yet.

    Refuses with `validation_failed` unknown and retired fields and values that do not fit.
    """
    if not fields.get("custom"):
        return {name: value for name, value in fields.items() if name != "custom"}
    own = await own_fields(connection, naming=fields["custom"])
    return {**fields, "custom": own.read(fields["custom"])}
