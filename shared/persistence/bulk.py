"""Many rows as one parameter: a JSON array that PostgreSQL turns into rows of the table.

Must never break: one statement text for 1 or 1,000 rows, so that it is planned once per connection.

A statement on a hot path is built once, with `prepared_insert` or `prepared_recordset`, and executed with
`{"rows": rows_parameter(rows)}`: building a statement takes longer than running it.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnClause,
    ColumnElement,
    FromClause,
    Table,
    TextClause,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert

Row = Mapping[str, Any]


def recordset(table: Table, rows: Sequence[Row], *, name: str = "rows") -> FromClause:
    """The rows as a FROM item with the table's columns; what a row does not have is NULL.

    `select(r.c.id).select_from(r := recordset(lead, rows))`; values may be anything `codec.dumps` knows.
    """
    return _recordset(table, bindparam(None, list(rows), type_=JSONB(), unique=True), name)


@lru_cache(maxsize=1024)
def prepared_recordset(table: Table, *, parameter: str = "rows", name: str = "rows") -> FromClause:
    """`recordset` for a statement that is built once: its rows come from the bind parameter `parameter`."""
    return _recordset(table, bindparam(parameter, type_=JSONB()), name)


def insert_rows(table: Table, rows: Sequence[Row], *, only_if: ColumnElement[bool] | None = None) -> Insert:
    """`INSERT INTO table (…) SELECT … FROM recordset`, to be composed further: `.on_conflict_do_nothing()`,
    `.on_conflict_do_update(...)`, `.returning(...)`, `.add_cte(...)`.

    Every row has the same keys, and these are the columns written: what is absent keeps its server
    default. Identity and computed columns are refused, as are no rows at all (ValueError).
    `only_if`: nothing is inserted unless the condition holds, of which each row is asked as `rows`.
    """
    given = rows_parameter(rows)
    names = tuple(given[0])
    if only_if is None:
        source = _all_of(table, names, "rows", unique=True).bindparams(rows=given)
        return insert(table).from_select(names, source.columns(), include_defaults=False)
    some = _from(table, "rows", unique=True).bindparams(rows=given)
    return _insert_some(table, names, some, only_if)


def prepared_insert(
    table: Table,
    columns: Sequence[str],
    *,
    parameter: str = "rows",
    only_if: ColumnElement[bool] | None = None,
) -> Insert:
    """`insert_rows` for a statement that is built once and run often, in the same way to be composed.

    Its rows come from the bind parameter `parameter`: run it with `{parameter: rows_parameter(rows)}`, rows
    whose keys are `columns`. Two in one statement need different parameters. Without `only_if` the same
    arguments give the same statement object.
    """
    names = tuple(columns)
    if only_if is None:
        return _prepared_insert(table, names, parameter)
    return _insert_some(table, names, _from(table, parameter, unique=False), only_if)


def rows_parameter(rows: Sequence[Row]) -> list[Row]:
    """The value for a prepared statement. ValueError: no rows, or rows that differ in their keys."""
    if not rows:
        raise ValueError("no rows to insert")
    keys = rows[0].keys()
    if any(row.keys() != keys for row in rows):
        raise ValueError("rows differ in their keys")
    return list(rows)


@lru_cache(maxsize=1024)
def _prepared_insert(table: Table, names: tuple[str, ...], parameter: str) -> Insert:
    source = _all_of(table, names, parameter, unique=False)
    return insert(table).from_select(names, source.columns(), include_defaults=False)


def _insert_some(
    table: Table, names: tuple[str, ...], source: TextClause, only_if: ColumnElement[bool]
) -> Insert:
    selected = select(*_columns(table, names)).select_from(source).where(only_if)
    return insert(table).from_select(names, selected, include_defaults=False)


# Written out, because composing them of column objects for each use takes longer than running them.
@lru_cache(maxsize=1024)
def _all_of(table: Table, names: tuple[str, ...], parameter: str, *, unique: bool) -> TextClause:
    columns = ", ".join(each.name for each in _columns(table, names))
    rows = bindparam(parameter, type_=JSONB(), unique=unique)
    return text(f"SELECT {columns} FROM {_rows_of(table, parameter)}").bindparams(rows)


@lru_cache(maxsize=1024)
def _from(table: Table, parameter: str, *, unique: bool) -> TextClause:
    rows = bindparam(parameter, type_=JSONB(), unique=unique)
    return text(_rows_of(table, parameter)).bindparams(rows)


@lru_cache(maxsize=1024)
def _columns(table: Table, names: tuple[str, ...]) -> tuple[ColumnClause[Any], ...]:
    for name in names:
        if name not in table.columns:
            raise ValueError(f"{table.name} has no column {name!r}")
        if table.columns[name].identity is not None or table.columns[name].computed is not None:
            raise ValueError(f"{table.name}.{name} is written by the database")
    return tuple(literal_column(f"rows.{_quoted(name)}", table.columns[name].type) for name in names)


def _recordset(table: Table, parameter: ColumnElement[Any], name: str) -> FromClause:
    shape: ColumnClause[Any] = literal_column(f"NULL::{_full_name(table)}")
    columns = [column(each.name, each.type) for each in table.columns]
    return func.jsonb_populate_recordset(shape, parameter).table_valued(*columns, name=name)


def _rows_of(table: Table, parameter: str) -> str:
    return f"jsonb_populate_recordset(CAST(NULL AS {_full_name(table)}), :{parameter}) AS rows"


def _full_name(table: Table) -> str:
    return ".".join(_quoted(part) for part in (table.schema, table.name) if part)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
