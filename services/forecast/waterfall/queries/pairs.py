"""Deals as they stood at two moments, side by side; by one statement.

Deals that count at one of the moments are found by the ledger's indexes; of those that do not count at the
other, how they stood there is looked up one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    select,
    true,
    union_all,
)

from services.forecast.deal_ledger.queries import deal_at, deals
from services.forecast.structure.queries import structure_of
from services.forecast.waterfall.domain import (
    UNSEEN,
    Situation,
)
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import subtree_of
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure
from shared.reporting.asked import Moment

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
    def before(self) -> "Sight":
        """Who is seen at the first moment."""
        return self._sight(self.since)

    @cached_property
    def after(self) -> "Sight":
        """Who is seen at the second one."""
        return self._sight(self.until)

    def _sight(self, moment: Moment | None) -> "Sight":
        structure, team_id = structure_of(moment), self.selection.team_id
        if team_id is None:
            return Sight(structure, None)
        member = structure.member.c
        return Sight(structure, select(member.id).where(member.team_id.in_(subtree_of(structure, team_id))))


@dataclass(frozen=True, slots=True)
class Sight:
    """The teams of a moment. `members`: of the chosen team and below; one for all places of a statement,
    which names it once."""

    structure: Structure
    members: Select[Any] | None


def side_by_side(compared: Compared) -> Select[Any]:
    """`deal_id`, `before` and `after` (situations), `amount_before` and `amount_after`, and the details with
    the same endings; null in those of a moment at which the deal is not to be seen."""
    since, until = _args(compared.since), _args(compared.until)
    before = _counting(deals(*since), compared, compared.before, (_open_in, _won_in))
    before = before.subquery("counted_before")
    after = _counting(deals(*until), compared, compared.after, (_open_in, _won_in, _lost_in))
    after = after.subquery("counted_after")
    was = deal_at(after.c.deal_id, *since, unless=before.c.deal_id.is_not(None)).lateral("was")
    is_ = deal_at(before.c.deal_id, *until, unless=after.c.deal_id.is_not(None)).lateral("is")
    joined = (
        before.outerjoin(after, before.c.deal_id == after.c.deal_id, full=True)
        .outerjoin(was, true())
        .outerjoin(is_, true())
    )
    return select(
        func.coalesce(before.c.deal_id, after.c.deal_id).label("deal_id"),
        *_told(before, _looked_up(was, compared, compared.before), "before"),
        *_told(after, _looked_up(is_, compared, compared.after), "after"),
    ).select_from(joined)


def from_since(compared: Compared) -> Select[Any]:
    """The same of deals that were open in the period at the first moment alone."""
    before = _counting(deals(*_args(compared.since)), compared, compared.before, (_open_in,))
    before = before.subquery("counted_before")
    is_ = deal_at(before.c.deal_id, *_args(compared.until)).lateral("is")
    found = _looked_up(is_, compared, compared.after)
    return select(
        before.c.deal_id,
        *(before.c[own].label(name) for own, name in _names("before")),
        *(found[own].label(name) for own, name in _names("after")),
    ).select_from(before.outerjoin(is_, true()))


def unseen(situation: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether the deal was not to be seen at the moment."""
    return situation.in_(sorted(each.value for each in UNSEEN))


def _names(side: str) -> list[tuple[str, str]]:
    return [("situation", side), *((each, f"{each}_{side}") for each in ("amount", *DETAILS))]


def _told(
    counted: Subquery, looked_up: Mapping[str, ColumnElement[Any]], side: str
) -> list[ColumnElement[Any]]:
    return [func.coalesce(counted.c[own], looked_up[own]).label(name) for own, name in _names(side)]


def _args(moment: Moment | None) -> tuple[Any, Any]:
    return (None, None) if moment is None else (moment.as_of, moment.known_at)


def _counting(deal: Subquery, compared: Compared, by: Sight, ranges: Sequence[Any]) -> Any:
    """The deals that are in the period's figures, each range by its own index; no deal is in two."""
    seen = _seen(deal, compared, by)
    looks = [column.label(name) for name, column in _looks(deal, compared, by).items()]
    of_deal = select(deal.c.deal_id, *looks)
    return union_all(*(of_deal.where(each(deal, compared.period), seen) for each in ranges))


def _looks(deal: FromClause, compared: Compared, by: Sight) -> dict[str, ColumnElement[Any]]:
    """How a deal looks: its situation; its amount and details where it is to be seen."""
    seen = _seen(deal, compared, by)
    amount = case((deal.c.base_currency == compared.currency, deal.c.base_amount))
    return {
        "situation": _situation(deal, compared.period, seen),
        "amount": case((seen, amount)),
        **{each: case((seen, deal.c[each])) for each in DETAILS},
    }


def _looked_up(deal: FromClause, compared: Compared, by: Sight) -> dict[str, ColumnElement[Any]]:
    """The same of a deal that may not be there."""
    looks = _looks(deal, compared, by)
    there = deal.c.deal_id.is_not(None)
    return {**looks, "situation": case((there, looks["situation"]), else_=_S.ABSENT.value)}


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


def _seen(deal: FromClause, compared: Compared, by: Sight) -> ColumnElement[bool]:
    """Whether the caller may see the deal, and it is of the selection, by the teams of then."""
    chosen = compared.selection
    found = [owner_scope(by.structure, compared.identity, deal.c.owner_id)]
    if chosen.owner_id is not None:
        found.append(deal.c.owner_id == chosen.owner_id)
    if chosen.product_id is not None:
        found.append(deal.c.product_id == chosen.product_id)
    if by.members is not None:
        found.append(deal.c.owner_id.in_(by.members))
    return func.coalesce(and_(*found), literal(value=False))
