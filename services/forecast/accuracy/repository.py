"""Past forecasts whose periods are over, kept by owner and by product."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import (
    TableValuedAlias,
    Uuid,
    and_,
    delete,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import Look
from services.forecast.accuracy.queries import Deals, Foretold, Key, keyed, seen, table_of
from services.forecast.accuracy.tables import LOOK, accuracy_figure, accuracy_look

Cut = Literal["owner", "product"]
CUTS: tuple[Cut, ...] = ("owner", "product")
_WEIGHTED = "weighted"


def cut_of(which: Deals) -> Cut | None:
    """By which sums the question is answered; None where it needs owners and products at once."""
    chosen, of_product = which.chosen, which.group_by == "product" or which.chosen.product_id is not None
    of_owner = which.group_by in ("owner", "team") or any((chosen.owner_id, chosen.team_id))
    if not of_product:
        return "owner"
    return None if of_owner or which.identity.scope != "all" else "product"


async def kept_looks(connection: AsyncConnection, looks: Sequence[Look], currency: str) -> set[int]:
    """Which of them are kept, by their index."""
    asked = _asked(looks)
    found = select(asked.c.look).join(
        accuracy_look, and_(*(accuracy_look.c[name] == asked.c[name] for name in LOOK))
    )
    return set(await connection.scalars(found.where(accuracy_look.c.currency == currency)))


async def kept_figures(
    connection: AsyncConnection, looks: Sequence[Look], which: Deals
) -> dict[tuple[int, Key], Foretold]:
    """Of looks that are kept; a question that has no cut is none for this."""
    asked, figure, cut = _asked(looks), accuracy_figure.c, cut_of(which)
    nobody = type_coerce(null(), Uuid)
    sums = (
        select(
            *(figure[name] for name in LOOK),
            figure.bucket,
            figure.amount,
            (figure.key if cut == "owner" else nobody).label("owner_id"),
            (figure.key if cut == "product" else nobody).label("product_id"),
        )
        .where(figure.cut == literal(cut))
        .subquery("deal")
    )
    key, joined = keyed(sums, which)
    rows = await connection.execute(
        select(asked.c.look, key.label("key"), sums.c.bucket, func.sum(sums.c.amount))
        .select_from(joined.join(asked, and_(*(sums.c[name] == asked.c[name] for name in LOOK))))
        .where(*seen(sums, which))
        .group_by(asked.c.look, "key", sums.c.bucket)
    )
    amounts: dict[tuple[int, Key], dict[str, Decimal]] = defaultdict(dict)
    for look, at, bucket, amount in rows:
        amounts[look, at][bucket] = amount
    return {at: Foretold(each, each.pop(_WEIGHTED, Decimal())) for at, each in amounts.items()}


async def keep(
    connection: AsyncConnection,
    looks: Iterable[Look],
    by_cut: Mapping[Cut, Mapping[tuple[int, Key], Foretold]],
    currency: str,
) -> None:
    """All of each look, also that it has no figures."""
    days = {each.index: _days(each) for each in looks}
    if not days:
        return
    heads = [{**each, "currency": currency} for each in days.values()]
    await connection.execute(insert(accuracy_look), heads)
    figures = [
        {**days[index], "cut": cut, "key": key, "bucket": bucket, "amount": amount}
        for cut, found in by_cut.items()
        for (index, key), sums in found.items()
        for bucket, amount in {**sums.amounts, _WEIGHTED: sums.weighted}.items()
    ]
    if figures:
        await connection.execute(insert(accuracy_figure), figures)


async def forget(connection: AsyncConnection, *, before: date | None = None, currency: str = "") -> None:
    """Those of periods that are over since long, or in another currency; all, unless told which."""
    look = accuracy_look.c
    old = or_(look.ends_on < before, look.currency != currency) if before else literal(value=True)
    await connection.execute(delete(accuracy_look).where(old))


def _asked(looks: Sequence[Look]) -> TableValuedAlias:
    return table_of(
        "asked",
        look=[each.index for each in looks],
        **{name: [_days(each)[name] for each in looks] for name in LOOK},
    )


def _days(look: Look) -> dict[str, object]:
    period = look.period
    return {"starts_on": period.starts_on, "ends_on": period.ends_on, "made_at": look.made_at}
