"""The ledgers as columns to learn from, each by one COPY. Imports numpy: for the worker.

Of an imported past only the stages are of then: its amounts, accounts and pushes count from the day we heard
of them, so that nothing is foretold from what was known at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.columns import Column, keys, read_columns
from services.forecast.prediction.domain.days import NEVER
from services.forecast.prediction.domain.ledger import Ledger
from services.forecast.prediction.domain.lives import Factor, Lives, Track, track

MOST_SOURCES = 200

_NOBODY = "'00000000-0000-0000-0000-000000000000'::uuid"


def _day(instant: str) -> str:
    return f"(({instant} AT TIME ZONE $1)::date - DATE '0001-01-01' + 1)"


_NOW = "deal_now"
_THEN = "(SELECT * FROM deal_fact WHERE valid_from <= $4 AND valid_to > $4)"
_DEALS = f"""
SELECT deal_id, sequence, {_day("created_at")},
    CASE WHEN status = 'open' THEN {NEVER} ELSE {_day("coalesce(closed_at, created_at)")} END,
    status = 'won', status = 'open' AND forecast_category <> 'omitted',
    CASE WHEN status = 'won' AND base_currency = $2 THEN coalesce(base_amount::float8, 'NaN') ELSE 'NaN' END,
    coalesce(owner_id, {_NOBODY}), coalesce(product_id, {_NOBODY}),
    coalesce(array_position($3::text[], coalesce(source, 'none')), 0)
FROM {{deals}} AS deal
WHERE $4::timestamptz IS NOT NULL
"""
_DEAL_FIELDS = {
    "deal_id": "V16", "sequence": "i4", "created": "i4", "closed": "i4", "won": "u1", "counted": "u1",
    "amount": "f8", "owner_id": "V16", "product_id": "V16", "source": "i4",
}  # fmt: skip
_STATEMENTS = f"""
SELECT fact.deal_id, {_day("fact.valid_from")}, {_day("greatest(fact.valid_from, fact.known_at)")},
    fact.status = 'open', fact.reconstructed, array_position($3::uuid[], fact.stage_id),
    CASE WHEN fact.base_currency = $2 THEN coalesce(fact.base_amount::float8, 'NaN') ELSE 'NaN' END,
    coalesce(fact.close_pushes, 0), coalesce(fact.account_id, {_NOBODY})
FROM deal_fact AS fact JOIN deal_now AS deal USING (deal_id)
WHERE fact.valid_from < fact.valid_to AND fact.valid_from <= $4
    AND (deal.status = 'open' OR {_day("deal.closed_at")} >= $5 OR fact.status <> 'open')
"""
_STATEMENT_FIELDS = {
    "deal_id": "V16", "valid": "i4", "known": "i4", "open": "u1", "reconstructed": "u1", "stage": "i4",
    "amount": "f8", "pushes": "i4", "account_id": "V16",
}  # fmt: skip
_WHEN = "coalesce(done_at, ended_at, started_at)"
_ACTIVITIES = f"""
SELECT deal_id, {_day(_WHEN)} FROM activity_now
WHERE deal_id IS NOT NULL AND archived_at IS NULL AND {_WHEN} <= $2
"""
_SOURCES = text("""
SELECT coalesce(source, 'none') FROM deal_now GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT :most
""")
_STAGES = text("SELECT stage_id, max(stage) FROM deal_fact GROUP BY stage_id ORDER BY stage_id")


@dataclass(frozen=True, slots=True)
class Looked:
    """From when: `day` is the local day of `instant`. What happened on it counts to the day before, so that
    it is known; `of_past` reads what stood then instead of what stands now. `told_since`: of deals closed
    before that day only how they closed is read, not how they stood before."""

    instant: datetime
    day: int
    time_zone: str
    currency: str
    told_since: int
    of_past: bool = False


async def read_history(connection: AsyncConnection, looked: Looked) -> Ledger:
    """Every deal known at that instant, by business time."""
    sources = list(await connection.scalars(_SOURCES, {"most": MOST_SOURCES}))
    query = _DEALS.format(deals=_THEN if looked.of_past else _NOW)
    zone, currency, instant = looked.time_zone, looked.currency, looked.instant
    deal = await read_columns(connection, query, _DEAL_FIELDS, zone, currency, sources, instant)
    places = _Places(keys(deal["deal_id"]))
    owners, owner = _levels(deal["owner_id"])
    products, product = _levels(deal["product_id"])
    last = looked.day - 1
    lives = Lives(
        created=np.minimum(deal["created"], last).astype(np.int64),
        closed=np.where(deal["closed"] == NEVER, NEVER, np.minimum(deal["closed"], last)).astype(np.int64),
        won=deal["won"].astype(bool),
        amount=deal["amount"],
        factors={
            "product": Factor(_named(products), product),
            "owner": Factor(_named(owners), owner),
            "source": Factor(("other", *sources), deal["source"].astype(np.int64)),
        },
        tracks=await _tracks(connection, looked, places),
    )
    counted = deal["counted"].astype(bool)
    return Ledger(
        lives, deal["deal_id"], deal["sequence"], counted, owners, products, told_since=looked.told_since
    )


class _Places:
    """Where deals are among those read, by the keys of their ids."""

    def __init__(self, known: NDArray[np.uint64]) -> None:
        self._order = np.argsort(known)
        self._sorted = known[self._order]

    def of(self, wanted: NDArray[np.uint64]) -> NDArray[np.int64]:
        """-1 where it is not there."""
        if not len(self._sorted):
            return np.full(len(wanted), -1, np.int64)
        found = np.minimum(np.searchsorted(self._sorted, wanted), len(self._sorted) - 1)
        return np.where(self._sorted[found] == wanted, self._order[found], -1)


async def _tracks(connection: AsyncConnection, looked: Looked, places: _Places) -> dict[str, Track]:
    """What was said of the deals: the stages of then, all else from the day it was told, unless that is later
    than what is looked at."""
    stages = (await connection.execute(_STAGES)).all()
    said = await read_columns(
        connection,
        _STATEMENTS,
        _STATEMENT_FIELDS,
        looked.time_zone,
        looked.currency,
        [stage_id for stage_id, _ in stages],
        looked.instant,
        looked.told_since,
    )
    deal, last = places.of(keys(said["deal_id"])), looked.day - 1
    open_then, told = said["open"] == 1, said["reconstructed"] == 0
    there = deal >= 0

    def of(which: Column, day: str, value: Column, names: Sequence[str] = ()) -> Track:
        rows = np.flatnonzero(which & there & (said[day] <= looked.day))
        days = np.minimum(said[day][rows], last).astype(np.int64)
        return track(deal[rows], days, value[rows].astype(np.float64), tuple(names))

    accounts = keys(said["account_id"])
    has_account = accounts != 0
    _, account = np.unique(accounts, return_inverse=True)
    tracks = {
        "stage": of(open_then, "valid", said["stage"] - 1, [name for _, name in stages]),
        "amount": of(open_then & told & np.isfinite(said["amount"]), "known", said["amount"]),
        "pushes": of(open_then & told, "known", said["pushes"]),
        "account": of(told & has_account, "known", account),
        "activity": await _activities(connection, looked, places),
    }
    return {name: each for name, each in tracks.items() if len(each.deal)}


async def _activities(connection: AsyncConnection, looked: Looked, places: _Places) -> Track:
    fields = {"deal_id": "V16", "day": "i4"}
    done = await read_columns(connection, _ACTIVITIES, fields, looked.time_zone, looked.instant)
    deal = places.of(keys(done["deal_id"]))
    rows = np.flatnonzero(deal >= 0)
    days = np.minimum(done["day"][rows], looked.day - 1).astype(np.int64)
    return track(deal[rows], days, np.zeros(len(rows)))


def _levels(ids: Column) -> tuple[tuple[UUID | None, ...], NDArray[np.int64]]:
    """The different ids, None for nobody, and the place among them of each."""
    _, first, level = np.unique(keys(ids), return_index=True, return_inverse=True)
    found = (UUID(bytes=bytes(ids[place])) for place in first)
    return tuple(each if each.int else None for each in found), level.astype(np.int64)


def _named(ids: Sequence[UUID | None]) -> tuple[str, ...]:
    return tuple("none" if each is None else str(each) for each in ids)
