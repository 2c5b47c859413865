"""The one implementation of `GET /v1/<things>`: filters, sort, keyset cursors, `fields`, `total`, `q`.

Must never break: one SQL statement a page (two with `total=exact`), always with LIMIT, always inside `where`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import BaseModel
from sqlalchemy import ColumnElement, FromClause, Row, Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.requests import Request
from starlette.responses import Response

from shared.web import json_body
from shared.web.listing_cursor import after, order_by, tie
from shared.web.listing_fields import Field, Kind
from shared.web.listing_query import ListQuery, SortKey, read_query, read_sort
from shared.web.listing_schema import parameters

__all__ = ["Field", "Kind", "Listing", "Page"]

Item = TypeVar("Item")
ToItem = Callable[[Row[Any]], Mapping[str, Any] | BaseModel]


class Page(BaseModel, Generic[Item]):
    """What a list answers, for `response_model`. `total` is there only with `total=exact`."""

    items: list[Item]
    next_cursor: str | None
    total: int | None = None


def _as_it_is(row: Row[Any]) -> Mapping[str, Any]:
    return {name: value for name, value in row._mapping.items() if not name.startswith("_sort_")}


@dataclass(frozen=True)
class Listing:
    """Declares one list.

    `table`: a table or join. `fields`: by public name. `columns`: what `to_item` needs, by default every
    field under its name. `text`: columns `q` searches. `item_fields`: what `fields=` may pick, by default
    the fields. `id_field` is unique and not null; it ends every order.
    """

    name: str
    table: FromClause
    fields: Mapping[str, Field]
    default_sort: str = "-id"
    text: Sequence[ColumnElement[Any]] = ()
    columns: Sequence[ColumnElement[Any]] | None = None
    item_fields: Sequence[str] | None = None
    id_field: str = "id"

    @cached_property
    def openapi(self) -> dict[str, Any]:
        """`openapi_extra` for the route: declares every parameter, so that ServiceRoute accepts them."""
        return {"parameters": parameters(self.fields, self._item_fields, text=bool(self.text))}

    def read(self, request: Request) -> ListQuery:
        """The query of a request. Raises Problem (400) naming the parameter that is wrong."""
        return self.read_pairs(request.query_params.multi_items())

    def read_pairs(self, pairs: Iterable[tuple[str, str]]) -> ListQuery:
        """The same from name and value pairs."""
        return read_query(
            pairs,
            fields=self.fields,
            default_sort=self._default_sort,
            item_fields=self._item_fields,
            text=self.text,
        )

    async def page(
        self,
        connection: AsyncConnection,
        request: Request,
        *,
        where: Sequence[ColumnElement[bool]] = (),
        to_item: ToItem = _as_it_is,
    ) -> dict[str, Any]:
        """`{"items", "next_cursor"}`, with `total` when asked for. `where`: what the caller may see."""
        query = self.read(request)
        sort = self._full_sort(query.sort)
        belongs = tie(self.name, query.raw, sort)
        conditions = [*where, *query.conditions]
        places: Sequence[ColumnElement[bool]] = ()
        if query.cursor is not None:
            sorted_by = [self.fields[key.name] for key in sort]
            values = request.app.state.cursors.read(query.cursor, belongs, sorted_by)
            places = after(sort, self.fields, values)
        statement = self._statement(sort, conditions, places, query.limit + 1)
        rows = (await connection.execute(statement)).all()
        shown = rows[: query.limit]
        page: dict[str, Any] = {
            "items": [_picked(to_item(row), query.fields) for row in shown],
            "next_cursor": None,
        }
        if len(rows) > query.limit:
            page["next_cursor"] = request.app.state.cursors.sign(belongs, shown[-1][-len(sort) :])
        if query.total:
            page["total"] = await connection.scalar(
                select(func.count()).select_from(self.table).where(*conditions)
            )
        return page

    async def answer(
        self,
        connection: AsyncConnection,
        request: Request,
        *,
        where: Sequence[ColumnElement[bool]] = (),
        to_item: ToItem = _as_it_is,
    ) -> Response:
        """The page as JSON. Return this from the route and document `response_model=Page[...]`."""
        page = await self.page(connection, request, where=where, to_item=to_item)
        return Response(json_body.dumps(page), media_type="application/json")

    @cached_property
    def _item_fields(self) -> tuple[str, ...]:
        return tuple(self.fields if self.item_fields is None else self.item_fields)

    @cached_property
    def _default_sort(self) -> tuple[SortKey, ...]:
        return read_sort(self.default_sort, {**self.fields, self.id_field: Field(self._id, "uuid", True)})

    @property
    def _id(self) -> ColumnElement[Any]:
        return self.fields[self.id_field].column

    def _full_sort(self, sort: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
        if any(key.name == self.id_field for key in sort):
            return sort
        return (*sort, SortKey(self.id_field, sort[-1].descending))

    def _statement(
        self,
        sort: Sequence[SortKey],
        conditions: Sequence[ColumnElement[bool]],
        places: Sequence[ColumnElement[bool]],
        limit: int,
    ) -> Select[Any]:
        """The page, or the ordered union of two parts, each found by index and at most `limit` rows."""
        statement = self._select(sort).where(*conditions).limit(limit)
        if len(places) < 2:
            return statement.where(*places)
        parts = union_all(*(statement.where(place).subquery().select() for place in places)).subquery()
        in_order = [
            parts.c[f"_sort_{n}"].desc().nulls_last()
            if key.descending
            else parts.c[f"_sort_{n}"].nulls_last()
            for n, key in enumerate(sort)
        ]
        return select(parts).order_by(*in_order).limit(limit)

    def _select(self, sort: Sequence[SortKey]) -> Select[Any]:
        """The item's columns, then the sort values the next cursor is made of."""
        usual = self._full_sort(self._default_sort)
        return self._in_usual_order if sort == usual else self._in_order(sort)

    @cached_property
    def _in_usual_order(self) -> Select[Any]:
        return self._in_order(self._full_sort(self._default_sort))

    def _in_order(self, sort: Sequence[SortKey]) -> Select[Any]:
        keys = [self.fields[key.name].column.label(f"_sort_{n}") for n, key in enumerate(sort)]
        return self._items.add_columns(*keys).order_by(*order_by(sort, self.fields))

    @cached_property
    def _items(self) -> Select[Any]:
        """Made once: choosing dozens of columns takes longer than reading a page of them."""
        chosen = self.columns
        if chosen is None:
            chosen = [field.column.label(name) for name, field in self.fields.items()]
        return select(*chosen).select_from(self.table)


def _picked(item: Mapping[str, Any] | BaseModel, names: tuple[str, ...] | None) -> Mapping[str, Any]:
    plain = item.model_dump(mode="json") if isinstance(item, BaseModel) else item
    return plain if names is None else {name: plain[name] for name in names if name in plain}
