"""What was foretold at many instants, what came of it, and how probabilities turned out."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Select,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    case,
    column,
    func,
    literal,
    null,
    select,
    true,
    type_coerce,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy.domain import BINS, Bin, GroupBy, Look
from services.forecast.accuracy.tables import LOOK, accuracy_figure, accuracy_look
from services.forecast.deal_ledger.queries import deals, statements_then
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import owned_by_team
from shared.organisation.scope import owner_scope
from shared.persistence.types import Instant

Key = UUID | None
Cut = Literal["owner", "product"]
CUTS: tuple[Cut, ...] = ("owner", "product")
WEIGHTED = "weighted"
_TYPES: dict[str, Any] = {
    "look": Integer,
    "starts_on": Date,
    "ends_on": Date,
    "made_at": Instant,
    "what": Text,
    "as_of": Instant,
    "known_at": Instant,
    "first_day": Date,
    "last_day": Date,
    "starts_at": Instant,
    "ends_at": Instant,
}


class Deals(NamedTuple):
    """Whose deals, in which currency, and told apart by what."""

    identity: Identity
    chosen: Filter
    currency: str
    group_by: GroupBy | None


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was known at a look: sums by category of the open deals, of the closed ones by which period."""

    amounts: dict[str, Decimal]
    weighted: Decimal

    def __add__(self, other: "Foretold") -> "Foretold":
        names = self.amounts.keys() | other.amounts.keys()
        zero = Decimal()
        sums = {name: self.amounts.get(name, zero) + other.amounts.get(name, zero) for name in names}
        return Foretold(sums, self.weighted + other.weighted)


async def foretold(
    connection: AsyncConnection, looks: Sequence[Look], which: Deals, *, now: datetime
) -> dict[tuple[int, Key], Foretold]:
    """By look and group. Buckets: the categories; `closed`, and `last_period`, `same_period_last_year`."""
    amounts: dict[tuple[int, Key], dict[str, Decimal]] = defaultdict(dict)
    weighted: dict[tuple[int, Key], Decimal] = defaultdict(Decimal)
    for statement in (_open(looks, which), _won(looks, which, now)):
        for look, key, bucket, amount, expected in await connection.execute(statement):
            amounts[look, key][bucket] = amount
            weighted[look, key] += expected
    return {at: Foretold(sums, weighted[at]) for at, sums in amounts.items()}


async def closed_since(
    connection: AsyncConnection, periods: Sequence[Period], which: Deals
) -> dict[tuple[int, Key], Decimal]:
    """What was won in each period (by its place in the sequence) and group, as it is known now."""
    asked = _table_of(
        "period",
        look=range(len(periods)),
        starts_at=[each.starts_at for each in periods],
        ends_at=[each.ends_at for each in periods],
    )
    deal = deals()
    key, joined = _keyed(deal, which)
    won = select(asked.c.look, key.label("key"), func.coalesce(func.sum(_amount(deal, which)), 0))
    rows = await connection.execute(
        won.select_from(joined.join(asked, _closed_in(deal, asked)))
        .where(deal.c.status == "won", *_seen(deal, which))
        .group_by(asked.c.look, "key")
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def outcomes(connection: AsyncConnection, look: Look, which: Deals) -> tuple[dict[int, Bin], int]:
    """The deals with a probability that were open at the look, by tenths of it; how many are open still."""
    deal = deals(look.made_at, look.known_at)
    became = deals().alias("became")
    tenth = func.least(func.floor(deal.c.probability * BINS), BINS - 1).cast(Integer).label("tenth")
    won = case((became.c.status == "won", 1), else_=0)
    missed = deal.c.probability - won
    decided = became.c.status != "open"
    statement = (
        select(
            tenth,
            func.count().filter(decided),
            func.coalesce(func.sum(won).filter(decided), 0),
            func.coalesce(func.sum(deal.c.probability).filter(decided), 0),
            func.coalesce(func.sum(missed * missed).filter(decided), 0),
            func.count().filter(~decided),
        )
        .select_from(deal.join(became, became.c.deal_id == deal.c.deal_id))
        .where(deal.c.status == "open", deal.c.probability.is_not(None), *_seen(deal, which))
        .group_by("tenth")
    )
    rows = (await connection.execute(statement)).all()
    return {row[0]: Bin(*row[:5]) for row in rows}, sum(row[5] for row in rows)


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
    key, joined = _keyed(sums, which)
    rows = await connection.execute(
        select(asked.c.look, key.label("key"), sums.c.bucket, func.sum(sums.c.amount))
        .select_from(joined.join(asked, and_(*(sums.c[name] == asked.c[name] for name in LOOK))))
        .where(*_seen(sums, which))
        .group_by(asked.c.look, "key", sums.c.bucket)
    )
    amounts: dict[tuple[int, Key], dict[str, Decimal]] = defaultdict(dict)
    for look, at, bucket, amount in rows:
        amounts[look, at][bucket] = amount
    return {at: Foretold(each, each.pop(WEIGHTED, Decimal())) for at, each in amounts.items()}


def _asked(looks: Sequence[Look]) -> TableValuedAlias:
    return _table_of(
        "asked",
        look=[each.index for each in looks],
        starts_on=[each.period.starts_on for each in looks],
        ends_on=[each.period.ends_on for each in looks],
        made_at=[each.made_at for each in looks],
    )


def _open(looks: Sequence[Look], which: Deals) -> Select[Any]:
    """Open deals expected to close in the period of each look; one put into `closed` by hand is in commit."""
    known = [each for each in looks if each.then]
    asked = _table_of(
        "open_at",
        look=[each.index for each in known],
        as_of=[each.made_at for each in known],
        first_day=[each.period.starts_on for each in known],
        last_day=[each.period.ends_on for each in known],
    )
    deal, stood = statements_then(asked.c.as_of, asked.c.as_of)
    category = case((deal.c.forecast_category == "closed", "commit"), else_=deal.c.forecast_category)
    meant = and_(
        stood,
        deal.c.status == "open",
        deal.c.forecast_category != "omitted",
        deal.c.expected_close.between(asked.c.first_day, asked.c.last_day),
    )
    sums = _sums(deal, meant, which, category, deal.c.probability).lateral("sums")
    return select(asked.c.look, *sums.c).select_from(asked.join(sums, true()))


def _won(looks: Sequence[Look], which: Deals, now: datetime) -> Select[Any]:
    """Deals won by each look in the period itself and in those that baselines take their figure from."""
    rows = [
        (each, what, period)
        for each in looks
        for what, period in (
            *((("closed", each.period),) if each.then else ()),
            ("last_period", each.last),
            ("same_period_last_year", each.year_ago),
        )
    ]
    asked = _table_of(
        "won_by",
        look=[look.index for look, _, _ in rows],
        what=[what for _, what, _ in rows],
        as_of=[look.made_at for look, _, _ in rows],
        known_at=[look.known_at or now for look, _, _ in rows],
        starts_at=[period.starts_at for _, _, period in rows],
        ends_at=[period.ends_at for _, _, period in rows],
    )
    deal, stood = statements_then(asked.c.as_of, asked.c.known_at)
    meant = and_(stood, deal.c.status == "won", _closed_in(deal, asked))
    sums = _sums(deal, meant, which, null(), literal(0)).lateral("sums")
    told = (asked.c.look, sums.c.key, asked.c.what, sums.c.amount, sums.c.weighted)
    return select(*told).select_from(asked.join(sums, true()))


def _sums(
    deal: FromClause,
    meant: ColumnElement[bool],
    which: Deals,
    bucket: ColumnElement[Any],
    probability: ColumnElement[Any],
) -> Select[Any]:
    """By group and bucket. An aggregate of each look by itself: put together they would be planned as one."""
    key, joined = _keyed(deal, which)
    amount = _amount(deal, which)
    return (
        select(
            key.label("key"),
            type_coerce(bucket, Text).label("bucket"),
            func.coalesce(func.sum(amount), 0).label("amount"),
            func.coalesce(func.sum(amount * probability), 0).label("weighted"),
        )
        .select_from(joined)
        .where(meant, *_seen(deal, which))
        .group_by("key", "bucket")
    )


def _table_of(name: str, **columns: Any) -> TableValuedAlias:
    """Rows of the question as a FROM item: one array each column, so that the statement stays the same."""
    arrays: list[Any] = [
        bindparam(None, list(values), ARRAY(_TYPES[each]), unique=True) for each, values in columns.items()
    ]
    rows = func.unnest(*arrays)
    return rows.table_valued(*(column(each, _TYPES[each]) for each in columns), name=name).render_derived()


def _closed_in(deal: FromClause, asked: TableValuedAlias) -> ColumnElement[bool]:
    return and_(deal.c.closed_at >= asked.c.starts_at, deal.c.closed_at < asked.c.ends_at)


def _amount(deal: FromClause, which: Deals) -> ColumnElement[Any]:
    return case((deal.c.base_currency == literal(which.currency), deal.c.base_amount))


def _keyed(deal: FromClause, which: Deals) -> tuple[ColumnElement[Any], FromClause]:
    """What groups are told apart by, and what to select from; a team is the owner's of today."""
    if which.group_by == "team":
        member = ORGANISATION.member
        return member.c.team_id, deal.outerjoin(member, member.c.id == deal.c.owner_id)
    if which.group_by is None:
        return type_coerce(null(), Uuid), deal
    return deal.c[f"{which.group_by}_id"], deal


def _seen(deal: FromClause, which: Deals) -> list[ColumnElement[bool]]:
    chosen = which.chosen
    conditions = [owner_scope(ORGANISATION, which.identity, deal.c.owner_id)]
    if chosen.owner_id is not None:
        conditions.append(deal.c.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        conditions.append(deal.c.product_id == chosen.product_id)
    if chosen.team_id is not None:
        conditions.append(owned_by_team(ORGANISATION, deal.c.owner_id, chosen.team_id))
    return conditions
