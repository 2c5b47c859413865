"""Many rows as one parameter: a JSON array that PostgreSQL turns into rows of the table.

Must never break: one statement text for 1 or 1,000 rows, so that it is planned once per connection.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Table,
    bindparam,
    column,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

Row = Mapping[str, Any]


def recordset(table: Table, rows: Sequence[Row], *, name: str = "rows") -> FromClause:
    """The rows as a FROM item with the table's columns; what a row does not have is NULL.

    `select(r.c.id).select_from(r := recordset(lead, rows))`; values may be anything `codec.dumps` knows.
    """
    parameter = bindparam(None, list(rows), type_=JSONB(), unique=True)
    shape: ColumnClause[Any] = literal_column(f"NULL::{_quoted(table)}")
    columns = [column(each.name, each.type) for each in table.columns]
    return func.jsonb_populate_recordset(shape, parameter).table_valued(*columns, name=name)


def insert_rows(table: Table, rows: Sequence[Row], *, only_if: ColumnElement[bool] | None = None) -> Insert:
    """`INSERT INTO table (…) SELECT … FROM recordset`, to be composed further: `.on_conflict_do_nothing()`,
    `.on_conflict_do_update(...)`, `.returning(...)`, `.add_cte(...)`.

    Every row has the same keys, and these are the columns written: what is absent keeps its server
    default. Identity and computed columns are refused, as are no rows at all (ValueError).
    `only_if`: nothing is inserted unless the condition holds.
    """
    names = _written(table, rows)
    source = recordset(table, rows)
    selected = select(*(source.c[name] for name in names)).select_from(source)
    if only_if is not None:
        selected = selected.where(only_if)
    return insert(table).from_select(names, selected, include_defaults=False)


def _written(table: Table, rows: Sequence[Row]) -> list[str]:
    if not rows:
        raise ValueError("no rows to insert")
    keys = rows[0].keys()
    if any(row.keys() != keys for row in rows):
        raise ValueError("rows differ in their keys")
    for key in keys:
        if key not in table.columns:
            raise ValueError(f"{table.name} has no column {key!r}")
        if table.columns[key].identity is not None or table.columns[key].computed is not None:
            raise ValueError(f"{table.name}.{key} is written by the database")
    return list(keys)


def _quoted(table: Table) -> str:
    parts = [part for part in (table.schema, table.name) if part]
    return ".".join('"' + part.replace('"', '""') + '"' for part in parts)
