"""A run's rows, from numpy columns by COPY: for the worker."""

from collections.abc import Sequence
from datetime import date
from typing import get_args
from uuid import UUID

import numpy as np
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.columns import Column, write_columns
from services.forecast.prediction.domain.chosen import Cut
from services.forecast.prediction.domain.ledger import Ledger
from services.forecast.prediction.domain.reckoning import Chances, Sums
from services.forecast.prediction.tables import prediction_deal, prediction_sum

_CURVES = ("wins", "mean", "square", "own")
_FIRST_DATE = date(2000, 1, 1).toordinal()
"""What the database counts dates from."""


async def keep_deals(connection: AsyncConnection, run_id: UUID, ledger: Ledger, chances: Chances) -> None:
    """A row for each open deal."""
    place = chances.place
    nobody = {name: _absent(getattr(ledger, f"{name}s")) for name in ("owner", "product")}
    levels = {name: ledger.lives.factors[name].levels[place] for name in nobody}
    columns = {
        "run_id": _same(run_id, len(place)),
        "deal_id": ledger.deal_id[place],
        "sequence": ledger.sequence[place].astype("i4"),
        "owner_id": _bytes_of(ledger.owners)[levels["owner"]],
        "product_id": _bytes_of(ledger.products)[levels["product"]],
        "chance": chances.chance.astype("f4"),
        "probability": chances.chance[:, -1],
        "in_quarter": chances.by_quarter,
        "worth": chances.worth,
        "square": chances.square,
        "expected_value": chances.chance[:, -1] * chances.worth,
        "expected_close": (chances.expected_close - _FIRST_DATE).astype("i4"),
        "levels": chances.levels.astype("i2"),
        "effects": chances.log_effects.astype("f4"),
    }
    nulls = {f"{name}_id": absent[levels[name]] for name, absent in nobody.items()}
    nulls["expected_close"] = chances.expected_close == 0
    await write_columns(connection, prediction_deal.name, columns, nulls=nulls)


async def keep_sums(connection: AsyncConnection, run_id: UUID, kind: str, ledger: Ledger, sums: Sums) -> None:
    """A row for each owner and product, for each owner, for each product, and for all; `kind` is open or
    coming."""
    for cut in get_args(Cut):
        of = _coarser(sums, cut)
        nobody, nothing = _absent(ledger.owners)[of.owner], _absent(ledger.products)[of.product]
        columns: dict[str, Column] = {
            "run_id": _same(run_id, len(of.deals)),
            "kind": _named(kind, len(of.deals)),
            "cut": _named(cut, len(of.deals)),
            "owner_id": _bytes_of(ledger.owners)[of.owner],
            "product_id": _bytes_of(ledger.products)[of.product],
            "deals": of.deals.astype("i4"),
            **{name: getattr(of, name) for name in _CURVES},
        }
        nulls = {
            "owner_id": nobody if "owner" in cut else np.ones_like(nobody),
            "product_id": nothing if "product" in cut else np.ones_like(nothing),
        }
        await write_columns(connection, prediction_sum.name, columns, nulls=nulls)


def _coarser(sums: Sums, cut: Cut) -> Sums:
    """Those alike in what the cut tells apart, added up; of all else the first stands."""
    owner = sums.owner if "owner" in cut else np.zeros_like(sums.owner)
    product = sums.product if "product" in cut else np.zeros_like(sums.product)
    _, first, place = np.unique(np.stack([owner, product]), axis=1, return_index=True, return_inverse=True)
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(len(first)))
    added = {
        name: np.add.reduceat(getattr(sums, name)[order], starts, axis=0) for name in ("deals", *_CURVES)
    }
    return Sums(owner=sums.owner[first], product=sums.product[first], **added)


def _named(text: str, count: int) -> Column:
    return np.repeat(np.frombuffer(text.encode(), f"V{len(text)}"), count)


def _same(run_id: UUID, count: int) -> Column:
    return np.repeat(np.frombuffer(run_id.bytes, "V16"), count)


def _bytes_of(ids: Sequence[UUID | None]) -> Column:
    return np.frombuffer(b"".join(bytes(16) if each is None else each.bytes for each in ids), "V16")


def _absent(ids: Sequence[UUID | None]) -> Column:
    return np.array([each is None for each in ids], bool)
