"""Definitions of fields to and from their table, and whether deals have values of them."""

from collections.abc import Collection

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    Text,
    column,
    exists,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_field.catalogue import Catalogue
from services.pipeline.deal_field.domain import MOST_FIELDS, DealField
from services.pipeline.deal_field.tables import deal_field
from services.pipeline.records import Rows

FIELDS = Rows(deal_field, DealField, "deal_field")
_DEALS = table("deal", column("custom", JSONB))
_STAGES = table("stage", *(column(name, JSONB) for name in ("entry_gates", "exit_gates")))
_PIPELINES = table("pipeline", *(column(name, JSONB) for name in ("win_gates", "lose_gates")))


async def load(connection: AsyncConnection, version: int) -> Catalogue:
    """All fields in their order."""
    query = select(deal_field).order_by(deal_field.c.position, deal_field.c.key).limit(MOST_FIELDS)
    rows = (await connection.execute(query)).mappings()
    return Catalogue([FIELDS.read(row) for row in rows], version)


async def hold_all(connection: AsyncConnection) -> None:
    """No other change of the definitions until the transaction ends."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended("deal_field", 0))))


async def has_values(connection: AsyncConnection, key: str) -> bool:
    """Whether a deal has a value of this field."""
    return bool(await connection.scalar(select(exists().where(_DEALS.c.custom.has_key(key)))))


async def has_any(connection: AsyncConnection, key: str, options: Collection[str]) -> bool:
    """Whether a deal has one of these options."""
    given = literal(list(options), ARRAY(Text))
    value = _DEALS.c.custom[key]
    return bool(await connection.scalar(select(exists().where(value.has_any(given)))))


async def named_by_gates(connection: AsyncConnection, key: str) -> bool:
    """Whether a gate asks for this field."""
    path: ColumnElement[str] = literal_column(f"""'$[*].fields[*] ? (@ == "custom.{key}")'::jsonpath""")
    of_stages = exists().where(or_(*(gates.op("@?")(path) for gates in _STAGES.c)))
    of_pipelines = exists().where(or_(*(gates.op("@?")(path) for gates in _PIPELINES.c)))
    return bool(await connection.scalar(select(or_(of_stages, of_pipelines))))


async def indexes(connection: AsyncConnection) -> dict[str, bool]:
    """The indexes made for such fields, by name: whether each can be used."""
    name, valid = column("relname", Text), column("indisvalid", Boolean)
    found = (
        select(name, valid)
        .select_from(table("pg_index", column("indexrelid"), valid))
        .join(table("pg_class", column("oid"), name), literal_column("pg_class.oid = indexrelid"))
        .where(name.like("ix\\_deal\\_custom\\_%", escape="\\"))
        .limit(1000)
    )
    return {row.relname: row.indisvalid for row in await connection.execute(found)}
