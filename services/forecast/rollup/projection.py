"""Deals are counted: each as it stands now, and the cells by the difference. One statement for any number."""

from collections.abc import Collection
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    Boolean,
    ColumnElement,
    Integer,
    Text,
    Uuid,
    any_,
    bindparam,
    case,
    column,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union_all,
    values,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deals
from services.forecast.place.queries import placed
from services.forecast.rollup.domain import CUTS, DIMENSIONS
from services.forecast.rollup.rows import AS_IT_STANDS, bucket_of, closes_on
from services.forecast.rollup.tables import counted_deal, rollup_cell
from services.forecast.tables import ORGANISATION

_PLACES = 0x726F6C6C  # "roll"; advisory locks are per database
_READ = text("LOCK TABLE deal_now, lead_now, known_territory IN ACCESS SHARE MODE")
"""What counting reads is held before places are: so does a rebuild, which replaces one of these and then has
deals counted anew. In another order each would wait for the other."""
_COUNTED = ("bucket", "closes_on", *DIMENSIONS, "probability", "base_amount", "base_currency")
_KEY = ("cut", "month", *DIMENSIONS, "bucket", "base_currency")
_SUMS = ("deals", "amount", "weighted", "without_probability")


async def share_places(connection: AsyncConnection) -> None:
    """Until the transaction ends, nothing changes that the day or the place of a deal follows from.

    What changes places holds the lock alone, so that a deal told at the same time is counted after it.
    """
    await connection.execute(_READ)
    await connection.execute(select(func.pg_advisory_xact_lock_shared(_PLACES)))


async def change_places(connection: AsyncConnection) -> None:
    """Until the transaction ends, no deals are counted but by it."""
    await connection.execute(_READ)
    await connection.execute(select(func.pg_advisory_xact_lock(_PLACES)))


async def count_deals(connection: AsyncConnection, deal_ids: Collection[UUID]) -> None:
    """Bring what these deals count as, and their cells, to how they stand. Doing it again changes nothing.

    Asks for `share_places` or `change_places` before, in a statement of its own. Locks rows in key order.
    """
    if deal_ids:
        await connection.execute(_counting(), {"deal_ids": list(deal_ids)})


@cache
def _counting() -> Insert:
    counted = _counted_anew()
    part = union_all(_part(counted, "before", -1), _part(counted, "after", 1)).subquery("part")
    cut = (
        values(column("cut", Text), *(column(f"by_{name}", Boolean) for name in DIMENSIONS), name="cut")
        .data([(name, *(each in has for each in DIMENSIONS)) for name, has in CUTS.items()])
        .alias("cut")
    )
    dimensions = [case((cut.c[f"by_{name}"], part.c[name])).label(name) for name in DIMENSIONS]
    key = [cut.c.cut, part.c.month, *dimensions, part.c.bucket, part.c.base_currency]
    sums = [func.sum(part.c[name]).label(name) for name in _SUMS]
    of_each = select(*key, *sums).join_from(part, cut, literal(True)).group_by(*range_of(len(key)))
    rows = of_each.having(or_(*(each.element != 0 for each in sums))).order_by(*range_of(len(key)))
    new = insert(rollup_cell).from_select([*_KEY, *_SUMS], rows)
    return new.on_conflict_do_update(
        index_elements=list(_KEY),
        set_={name: rollup_cell.c[name] + new.excluded[name] for name in _SUMS},
    )


def range_of(length: int) -> list[ColumnElement[Any]]:
    """The first columns, by their number."""
    return [literal_column(str(number)) for number in range(1, length + 1)]


def _counted_anew() -> CTE:
    """The deals that count as something else than before, with what that was and what it is."""
    deal = deals()
    place = placed(deal)
    time_zone = select(ORGANISATION.organisation.c.time_zone).limit(1).scalar_subquery()
    names = [*AS_IT_STANDS, "bucket", "closes_on", "territory_id"]
    rows = (
        select(
            *(deal.c[name] for name in AS_IT_STANDS),
            bucket_of(deal),
            closes_on(deal, time_zone),
            place.territory_id,
        )
        .select_from(place.source)
        .where(deal.c.deal_id == any_(bindparam("deal_ids", type_=ARRAY(Uuid))))
        .order_by(deal.c.deal_id)
    )
    new = insert(counted_deal).from_select(names, rows)
    changing = [name for name in names if name != "deal_id"]
    before = tuple_(*(counted_deal.c[name] for name in changing))
    kept = new.on_conflict_do_update(
        index_elements=["deal_id"],
        set_={name: new.excluded[name] for name in changing},
        where=before.is_distinct_from(tuple_(*(new.excluded[name] for name in changing))),
    )
    told = [
        literal_column(f"{version}.{name}", counted_deal.c[name].type).label(f"{when}_{name}")
        for version, when in (("old", "before"), ("new", "after"))
        for name in _COUNTED
    ]
    return kept.returning(*told).cte("counted")


def _part(counted: CTE, when: str, sign: int) -> Any:
    """What the deals add to their cells, or take from them."""
    of = {name: counted.c[f"{when}_{name}"] for name in _COUNTED}
    amount = func.coalesce(of["base_amount"], 0)
    return select(
        func.date_trunc("month", of["closes_on"]).cast(counted_deal.c.closes_on.type).label("month"),
        *(of[name].label(name) for name in (*DIMENSIONS, "bucket", "base_currency")),
        literal(sign, Integer).label("deals"),
        (sign * amount).label("amount"),
        (sign * amount * func.coalesce(of["probability"], 0)).label("weighted"),
        (sign * case((of["probability"].is_(None), 1), else_=0)).label("without_probability"),
    ).where(of["bucket"].is_not(None))
