"""Deals as they stood at two moments, side by side, and added up by where they went; by one statement.

Deals that count at one of the moments are found by the ledger's indexes; of those that do not count at the
other, how they stood there is looked up one by one.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Numeric,
    Select,
    Subquery,
    Uuid,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import deal_at, deals
from services.forecast.deal_ledger.rows import names_of_deals
from services.forecast.tables import ORGANISATION
from services.forecast.waterfall.domain import (
    INS,
    OUTS,
    UNSEEN,
    Flow,
    GroupBy,
    Opened,
    Situation,
    flows_of,
)
from services.forecast.waterfall.schemas import PartDealOut
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.organisation.queries import subtree_of
from shared.organisation.scope import owner_scope
from shared.reporting.asked import Moment
from shared.web.listing import Field, Listing

DETAILS = ("status", "stage", "forecast_category", "expected_close", "closed_at", "owner_id", "product_id")
"""What is told of a deal at each moment beside its amount."""
_S = Situation


@dataclass(frozen=True, slots=True)
class Selection:
    """Which deals: each that is given must hold at a moment. `team_id` means every team below it too."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None


@dataclass(frozen=True)
class Compared:
    """The open pipeline of which period, of which deals, between which moments; None is the present."""

    period: Period
    since: Moment | None
    until: Moment | None
    selection: Selection
    identity: Identity
    currency: str

    @cached_property
    def members(self) -> Select[Any] | None:
        """Those of the chosen team and below; one for all places of a statement, which names it once."""
        if self.selection.team_id is None:
            return None
        member = ORGANISATION.member.c
        return select(member.id).where(member.team_id.in_(subtree_of(ORGANISATION, self.selection.team_id)))


async def flows(connection: AsyncConnection, compared: Compared) -> list[Flow]:
    """How many deals went from where to where, with which amounts."""
    found = await connection.execute(_added_up(side_by_side(compared).subquery("pair"), by=()))
    return [_flow(row) for row in found.mappings()]


async def flows_by_group(
    connection: AsyncConnection, compared: Compared, group_by: GroupBy
) -> tuple[list[Flow], dict[UUID | None, list[Flow]]]:
    """The same, and beside it for each group; a deal that went from one to another left the one and came to
    the other. By one statement: deals are looked up once for both."""
    pair = _keyed(side_by_side(compared).subquery("pair"), group_by, compared.selection.team_id)
    split = _split(pair.cte("keyed")).subquery("split")
    whole: list[Flow] = []
    groups: dict[UUID | None, list[Flow]] = {}
    found = await connection.execute(_added_up(split, by=(split.c.of_all, split.c.key)))
    for row in found.mappings():
        into = whole if row["of_all"] else groups.setdefault(row["key"], [])
        into.append(_flow(row))
    return whole, groups


async def team_names(connection: AsyncConnection, team_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What teams are called."""
    team = ORGANISATION.team.c
    rows = await connection.execute(select(team.id, team.name).where(team.id.in_(list(team_ids))))
    return {row.id: row.name for row in rows}


def side_by_side(compared: Compared) -> Select[Any]:
    """`deal_id`, `before` and `after` (situations), `amount_before` and `amount_after`, and the details with
    the same endings; null in those of a moment at which the deal is not to be seen."""
    since, until = _args(compared.since), _args(compared.until)
    before = _counting(deals(*since), compared, (_open_in, _won_in)).subquery("counted_before")
    after = _counting(deals(*until), compared, (_open_in, _won_in, _lost_in)).subquery("counted_after")
    was = deal_at(after.c.deal_id, *since).where(before.c.deal_id.is_(None)).lateral("was")
    is_ = deal_at(before.c.deal_id, *until).where(after.c.deal_id.is_(None)).lateral("is")
    joined = (
        before.outerjoin(after, before.c.deal_id == after.c.deal_id, full=True)
        .outerjoin(was, true())
        .outerjoin(is_, true())
    )
    return select(
        func.coalesce(before.c.deal_id, after.c.deal_id).label("deal_id"),
        *_told(before, _looked_up(was, compared), "before"),
        *_told(after, _looked_up(is_, compared), "after"),
    ).select_from(joined)


def from_since(compared: Compared) -> Select[Any]:
    """The same of deals that were open in the period at the first moment alone."""
    before = _counting(deals(*_args(compared.since)), compared, (_open_in,)).subquery("counted_before")
    is_ = deal_at(before.c.deal_id, *_args(compared.until)).lateral("is")
    found = _looked_up(is_, compared)
    return select(
        before.c.deal_id,
        *(before.c[own].label(name) for own, name in _names("before")),
        *(found[own].label(name) for own, name in _names("after")),
    ).select_from(before.outerjoin(is_, true()))


def opened(pair: Subquery, part: Opened) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """Which pairs are in the part, and how much each of them is of it."""
    came, went = (func.coalesce(pair.c[f"amount_{side}"], 0) for side in ("before", "after"))
    among = tuple_(pair.c.before, pair.c.after).in_([(b.value, a.value) for b, a in flows_of(part)])
    if part in INS:
        return among, case((_unseen(pair.c.before), went), else_=came)
    if part in OUTS:
        return among, case((_unseen(pair.c.after), came), else_=went)
    if part == "increased":
        return and_(among, went > came), went - came
    if part == "decreased":
        return and_(among, went < came), came - went
    if part == "closed_corrected":
        was = case((pair.c.before == _S.WON.value, came), else_=0)
        is_ = case((pair.c.after == _S.WON.value, went), else_=0)
        return and_(among, or_(pair.c.before != pair.c.after, was != is_)), is_ - was
    return among, came if part.endswith("since") else went


def _names(side: str) -> list[tuple[str, str]]:
    return [("situation", side), *((each, f"{each}_{side}") for each in ("amount", *DETAILS))]


def _told(
    counted: Subquery, looked_up: Mapping[str, ColumnElement[Any]], side: str
) -> list[ColumnElement[Any]]:
    return [func.coalesce(counted.c[own], looked_up[own]).label(name) for own, name in _names(side)]


def listing(compared: Compared, part: Opened) -> Listing:
    """The deals of a part, the largest share first."""
    pair = side_by_side(compared).subquery("pair")
    among, share = opened(pair, part)
    chosen = select(*pair.c, cast(share, Numeric).label("share")).where(among).subquery("chosen")
    name, deal = names_of_deals(), chosen.c
    return Listing(
        name=f"waterfall-deals/{part}/{compared.period.name}",
        table=chosen.outerjoin(name, name.c.deal_id == deal.deal_id),
        fields={
            "deal_id": Field(deal.deal_id, "uuid", nullable=False),
            "share": Field(deal.share, "decimal", sortable=True, nullable=False),
            "name": Field(name.c.name, "text"),
        },
        default_sort="-share",
        columns=(*deal, name.c.name),
        item_fields=tuple(PartDealOut.model_fields),
        id_field="deal_id",
    )


def _args(moment: Moment | None) -> tuple[Any, Any]:
    return (None, None) if moment is None else (moment.as_of, moment.known_at)


def _counting(deal: Subquery, compared: Compared, ranges: Sequence[Any]) -> Any:
    """The deals that are in the period's figures, each range by its own index; no deal is in two."""
    seen = _seen(deal, compared)
    sight = [column.label(name) for name, column in _sight(deal, compared).items()]
    of_deal = select(deal.c.deal_id, *sight)
    return union_all(*(of_deal.where(each(deal, compared.period), seen) for each in ranges))


def _sight(deal: FromClause, compared: Compared) -> dict[str, ColumnElement[Any]]:
    """How a deal looks: its situation; its amount and details where it is to be seen."""
    seen = _seen(deal, compared)
    amount = case((deal.c.base_currency == compared.currency, deal.c.base_amount))
    return {
        "situation": _situation(deal, compared.period, seen),
        "amount": case((seen, amount)),
        **{each: case((seen, deal.c[each])) for each in DETAILS},
    }


def _looked_up(deal: FromClause, compared: Compared) -> dict[str, ColumnElement[Any]]:
    """The same of a deal that may not be there."""
    sight = _sight(deal, compared)
    there = deal.c.deal_id.is_not(None)
    return {**sight, "situation": case((there, sight["situation"]), else_=_S.ABSENT.value)}


def _open_in(deal: FromClause, period: Period) -> ColumnElement[bool]:
    return and_(
        deal.c.status == "open",
        deal.c.forecast_category != "omitted",
        deal.c.expected_close.between(period.starts_on, period.ends_on),
    )


def _won_in(deal: FromClause, period: Period) -> ColumnElement[bool]:
    closed = and_(deal.c.closed_at >= period.starts_at, deal.c.closed_at < period.ends_at)
    return and_(deal.c.status == "won", closed)


def _lost_in(deal: FromClause, period: Period) -> ColumnElement[bool]:
    expected = deal.c.expected_close.between(period.starts_on, period.ends_on)
    return and_(deal.c.status == "lost", expected)


def _situation(deal: FromClause, period: Period, seen: ColumnElement[bool]) -> ColumnElement[str]:
    won, lost = deal.c.status == "won", deal.c.status == "lost"
    rules = [
        (and_(~seen, won), _S.WON_ELSEWHERE),
        (and_(~seen, lost), _S.LOST_ELSEWHERE),
        (~seen, _S.ELSEWHERE),
        (_won_in(deal, period), _S.WON),
        (and_(won, deal.c.closed_at < period.starts_at), _S.WON_EARLIER),
        (won, _S.WON_LATER),
        (_lost_in(deal, period), _S.LOST),
        (lost, _S.LOST_OTHERWISE),
        (deal.c.forecast_category == "omitted", _S.OMITTED),
        (deal.c.expected_close < period.starts_on, _S.EARLIER),
        (deal.c.expected_close <= period.ends_on, _S.OPEN),
    ]
    return case(*((rule, situation.value) for rule, situation in rules), else_=_S.LATER.value)


def _seen(deal: FromClause, compared: Compared) -> ColumnElement[bool]:
    """Whether the caller may see the deal, and it is of the selection."""
    chosen = compared.selection
    found = [owner_scope(ORGANISATION, compared.identity, deal.c.owner_id)]
    if chosen.owner_id is not None:
        found.append(deal.c.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        found.append(deal.c.product_id == chosen.product_id)
    if compared.members is not None:
        found.append(deal.c.owner_id.in_(compared.members))
    return func.coalesce(and_(*found), literal(value=False))


def _added_up(pair: Subquery, by: Sequence[ColumnElement[Any]]) -> Select[Any]:
    came, went = (func.coalesce(pair.c[f"amount_{side}"], 0) for side in ("before", "after"))
    unknown = [
        and_(~_unseen(pair.c[side]), pair.c[f"amount_{side}"].is_(None)) for side in ("before", "after")
    ]
    return select(
        *by,
        pair.c.before,
        pair.c.after,
        func.count().label("deals"),
        func.sum(came).label("amount_before"),
        func.sum(went).label("amount_after"),
        func.sum(func.greatest(went - came, 0)).label("grown"),
        func.sum(func.greatest(came - went, 0)).label("shrunk"),
        func.count().filter(went > came).label("deals_grown"),
        func.count().filter(went < came).label("deals_shrunk"),
        func.count().filter(or_(*unknown)).label("without_amount"),
    ).group_by(*by, pair.c.before, pair.c.after)


def _flow(row: Any) -> Flow:
    names = [name for name in Flow.__slots__ if name not in ("before", "after")]
    return Flow(_S(row["before"]), _S(row["after"]), **{name: row[name] for name in names})


def _unseen(situation: ColumnElement[str]) -> ColumnElement[bool]:
    return situation.in_(sorted(each.value for each in UNSEEN))


def _split(pair: CTE) -> Any:
    """One row for each deal of all; in groups one for a deal that stayed, two for one that went from one to
    another."""
    came, went = pair.c.amount_before, pair.c.amount_after
    nothing = cast(null(), came.type)
    both = and_(~_unseen(pair.c.before), ~_unseen(pair.c.after))
    moved = and_(both, pair.c.key_before.is_distinct_from(pair.c.key_after))
    staying = case((_unseen(pair.c.before), pair.c.key_after), else_=pair.c.key_before)

    def rows(which: ColumnElement[bool], *values: ColumnElement[Any], of_all: bool = False) -> Select[Any]:
        names = ("key", "before", "after", "amount_before", "amount_after")
        named = (value.label(name) for name, value in zip(names, values, strict=True))
        return select(literal(of_all).label("of_all"), *named).where(which)

    return union_all(
        rows(true(), cast(null(), Uuid), pair.c.before, pair.c.after, came, went, of_all=True),
        rows(~moved, staying, pair.c.before, pair.c.after, came, went),
        rows(moved, pair.c.key_before, pair.c.before, _elsewhere(pair.c.after), came, nothing),
        rows(moved, pair.c.key_after, _elsewhere(pair.c.before), pair.c.after, nothing, went),
    )


def _elsewhere(situation: ColumnElement[str]) -> ColumnElement[str]:
    won = [each.value for each in (_S.WON, _S.WON_EARLIER, _S.WON_LATER)]
    lost = [each.value for each in (_S.LOST, _S.LOST_OTHERWISE)]
    return case(
        (situation.in_(won), _S.WON_ELSEWHERE.value),
        (situation.in_(lost), _S.LOST_ELSEWHERE.value),
        else_=_S.ELSEWHERE.value,
    )


def _keyed(pair: Subquery, group_by: GroupBy, team_id: UUID | None) -> Select[Any]:
    """The pairs with their groups at both moments. Teams are those of now: the owner's, or the one right
    below the given team."""
    seen = [pair.c[name] for name in ("before", "after", "amount_before", "amount_after")]
    if group_by != "team":
        keys = (pair.c[f"{group_by}_id_{side}"].label(f"key_{side}") for side in ("before", "after"))
        return select(*seen, *keys)
    grouped = _groups_of_members(team_id).cte("grouped")
    then, now = grouped.alias("grouped_before"), grouped.alias("grouped_after")
    return select(*seen, then.c.key.label("key_before"), now.c.key.label("key_after")).select_from(
        pair.outerjoin(then, then.c.member_id == pair.c.owner_id_before).outerjoin(
            now, now.c.member_id == pair.c.owner_id_after
        )
    )


def _groups_of_members(team_id: UUID | None) -> Select[Any]:
    member, team = ORGANISATION.member.c, ORGANISATION.team.c
    if team_id is None:
        return select(member.id.label("member_id"), member.team_id.label("key"))
    tree = (
        select(team.id, team.id.label("child")).where(team.parent_id == team_id).cte("below", recursive=True)
    )
    tree = tree.union(select(team.id, tree.c.child).join(tree, team.parent_id == tree.c.id))
    key = func.coalesce(tree.c.child, literal(team_id, Uuid)).label("key")
    return select(member.id.label("member_id"), key).outerjoin(tree, tree.c.id == member.team_id)


ANY = Compared(
    Calendar().period("2027", now=datetime(2027, 1, 1, tzinfo=UTC)),
    None,
    None,
    Selection(),
    Identity(sub="", kind="service", role="", scope="none"),
    "EUR",
)
OPENAPI = listing(ANY, "new").openapi
"""What can be asked of the list, which is the same for every question."""
