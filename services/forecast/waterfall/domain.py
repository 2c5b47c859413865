"""From the open pipeline of a period at one moment to that at another, in parts that add up exactly.

A deal is in one situation at each of the two moments. Out of the two follow the part by which it came in, the
part by which it went out, and between them the change of its amount:

- it comes in with the amount it had at the first moment (when it was not to be seen then: at the second);
- then its amount grows or shrinks to what it is at the second moment (when not to be seen then: not at all);
- and with that it goes out.

So came in + grown - shrunk - gone out is what it adds to the open pipeline, whatever happened in between.
A deal that was won in the period, or lost, and was not in it at the first moment counts as come in and gone
out, so that won and lost are complete.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal, get_args
from uuid import UUID

In = Literal["new", "pulled_in", "pushed_in", "reopened", "restored", "transferred_in"]
Out = Literal["won", "lost", "pushed_out", "pulled_out", "omitted", "transferred_out"]
Part = Literal[In, Out, "increased", "decreased"]
INS: tuple[In, ...] = get_args(In)
OUTS: tuple[Out, ...] = get_args(Out)
Balance = Literal["open_since", "open_until", "closed_since", "closed_until", "closed_corrected"]
Opened = Literal[Part, Balance]
GroupBy = Literal["owner", "team", "product"]
Known = Literal["then", "now"]
"""What opens to its deals."""
PARTS: tuple[Part, ...] = (*INS, "increased", "decreased", *OUTS)
BALANCES: tuple[Balance, ...] = get_args(Balance)
_ZERO = Decimal(0)


class Situation(StrEnum):
    """Where a deal stands at a moment, as this period and this selection of deals see it.

    Its day is its closing day when it is closed, else the day it is expected to close; a deal without one is
    `later`. A lost deal is of the period when it was expected to close in it.
    """

    ABSENT = "absent"
    ELSEWHERE = "elsewhere"
    WON_ELSEWHERE = "won_elsewhere"
    LOST_ELSEWHERE = "lost_elsewhere"
    OPEN = "open"
    OMITTED = "omitted"
    EARLIER = "earlier"
    LATER = "later"
    WON = "won"
    WON_EARLIER = "won_earlier"
    WON_LATER = "won_later"
    LOST = "lost"
    LOST_OTHERWISE = "lost_otherwise"


_S = Situation
UNSEEN = frozenset({_S.ABSENT, _S.ELSEWHERE, _S.WON_ELSEWHERE, _S.LOST_ELSEWHERE})
_ANY_WON = frozenset({_S.WON, _S.WON_EARLIER, _S.WON_LATER, _S.WON_ELSEWHERE})
_ANY_LOST = frozenset({_S.LOST, _S.LOST_OTHERWISE, _S.LOST_ELSEWHERE})
_CAME: Mapping[Situation, In] = {
    _S.ABSENT: "new",
    _S.ELSEWHERE: "transferred_in",
    _S.WON_ELSEWHERE: "transferred_in",
    _S.LOST_ELSEWHERE: "transferred_in",
    _S.OMITTED: "restored",
    _S.EARLIER: "pushed_in",
    _S.LATER: "pulled_in",
    **dict.fromkeys((_S.WON, _S.WON_EARLIER, _S.WON_LATER, _S.LOST, _S.LOST_OTHERWISE), "reopened"),
}
_WENT: Mapping[Situation, Out] = {
    _S.ABSENT: "omitted",
    _S.ELSEWHERE: "transferred_out",
    _S.WON_ELSEWHERE: "transferred_out",
    _S.LOST_ELSEWHERE: "transferred_out",
    _S.OMITTED: "omitted",
    _S.EARLIER: "pulled_out",
    _S.LATER: "pushed_out",
    _S.WON: "won",
    _S.WON_EARLIER: "pulled_out",
    _S.WON_LATER: "pushed_out",
    _S.LOST: "lost",
    _S.LOST_OTHERWISE: "lost",
}


@dataclass(frozen=True, slots=True)
class Course:
    """What became of deals that were in one situation and are in another.

    `came`, `went`: None when they were there, or are. `changes`: whether it matters that their amounts
    grew or shrank meanwhile. `counted`: whether they are in any part of the
    open pipeline. `closed`: whether they were and are among what was won in the period.
    """

    came: In | None
    went: Out | None
    changes: bool
    counted: bool
    closed: tuple[bool, bool]

    @property
    def counts(self) -> bool:
        """Whether they are in any figure."""
        return self.counted or any(self.closed)

    @property
    def newly_won(self) -> bool:
        """Won between the two moments; a deal that was won before and counts only now is a correction."""
        return self.went == "won"


def course(before: Situation, after: Situation) -> Course:
    """The one rule that everything here follows from."""
    passed = (after is _S.WON and before not in _ANY_WON) or (after is _S.LOST and before not in _ANY_LOST)
    came_in = before is not _S.OPEN and (after is _S.OPEN or passed)
    went_out = after is not _S.OPEN and (before is _S.OPEN or passed)
    counted = before is _S.OPEN or after is _S.OPEN or passed
    return Course(
        came=_CAME[before] if came_in else None,
        went=_WENT[after] if went_out else None,
        changes=counted and not {before, after} & UNSEEN,
        counted=counted,
        closed=(before is _S.WON, after is _S.WON),
    )


@dataclass(frozen=True, slots=True)
class Flow:
    """Deals that went from one situation to another. `grown`, `shrunk`: what those grew and shrank by that
    did; `without_amount`: those of which an amount is not known at one of the moments, which counts 0."""

    before: Situation
    after: Situation
    deals: int
    amount_before: Decimal
    amount_after: Decimal
    grown: Decimal = _ZERO
    shrunk: Decimal = _ZERO
    deals_grown: int = 0
    deals_shrunk: int = 0
    without_amount: int = 0
    unknown_before: int = 0
    unknown_after: int = 0

    @property
    def came_with(self) -> Decimal:
        """What they came in with."""
        return self.amount_after if self.before in UNSEEN else self.amount_before

    @property
    def went_with(self) -> Decimal:
        """What they went out with."""
        return self.amount_before if self.after in UNSEEN else self.amount_after

    def parted(self) -> tuple["Flow", "Flow"]:
        """The same as the group sees it that they left, and as the one sees it to which they came."""
        was, is_ = self.before, self.after
        left = Flow(was, _elsewhere(is_), self.deals, self.amount_before, _ZERO)
        came = Flow(_elsewhere(was), is_, self.deals, _ZERO, self.amount_after)
        return (
            replace(left, without_amount=self.unknown_before),
            replace(came, without_amount=self.unknown_after),
        )


def _elsewhere(situation: Situation) -> Situation:
    if situation in _ANY_WON:
        return _S.WON_ELSEWHERE
    return _S.LOST_ELSEWHERE if situation in _ANY_LOST else _S.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Journey:
    """Deals that were in one group and are in another, or in the same."""

    was_in: UUID | None
    is_in: UUID | None
    flow: Flow


def by_group(journeys: Iterable[Journey]) -> dict[UUID | None, list[Flow]]:
    """As each group sees it: a deal that went from one to another left the one and came to the other."""
    groups: dict[UUID | None, list[Flow]] = {}
    for each in journeys:
        flow = each.flow
        if flow.before in UNSEEN:
            groups.setdefault(each.is_in, []).append(flow)
        elif flow.after in UNSEEN or each.was_in == each.is_in:
            groups.setdefault(each.was_in, []).append(flow)
        else:
            left, came = flow.parted()
            groups.setdefault(each.was_in, []).append(left)
            groups.setdefault(each.is_in, []).append(came)
    return groups


@dataclass(slots=True)
class Share:
    """How much of how many deals."""

    amount: Decimal = _ZERO
    deals: int = 0

    def add(self, amount: Decimal, deals: int) -> None:
        """These too."""
        self.amount += amount
        self.deals += deals


@dataclass(frozen=True, slots=True)
class Waterfall:
    """open_since + all that came + increased - decreased - all that went = open_until;
    closed_since + won + closed_corrected = closed_until."""

    parts: Mapping[Part, Share]
    balances: Mapping[Balance, Share]
    without_amount: int

    @property
    def is_empty(self) -> bool:
        """Whether no deal is in any part."""
        return not any(each.deals for each in (*self.parts.values(), *self.balances.values()))

    @property
    def weight(self) -> Decimal:
        """How large it is beside others."""
        return max(self.balances["open_since"].amount, self.balances["open_until"].amount)


def waterfall_of(flows: Iterable[Flow]) -> Waterfall:
    """The parts of these deals."""
    parts: dict[Part, Share] = {part: Share() for part in PARTS}
    balances: dict[Balance, Share] = {each: Share() for each in BALANCES}
    without_amount = 0
    for flow in flows:
        way = course(flow.before, flow.after)
        without_amount += flow.without_amount if way.counts else 0
        if flow.before is _S.OPEN:
            balances["open_since"].add(flow.amount_before, flow.deals)
        if flow.after is _S.OPEN:
            balances["open_until"].add(flow.amount_after, flow.deals)
        if way.came is not None:
            parts[way.came].add(flow.came_with, flow.deals)
        if way.went is not None:
            parts[way.went].add(flow.went_with, flow.deals)
        if way.changes:
            parts["increased"].add(flow.grown, flow.deals_grown)
            parts["decreased"].add(flow.shrunk, flow.deals_shrunk)
        _count_closed(flow, way, balances)
    return Waterfall(parts, balances, without_amount)


def _count_closed(flow: Flow, way: Course, balances: Mapping[Balance, Share]) -> None:
    was, is_ = way.closed
    if was:
        balances["closed_since"].add(flow.amount_before, flow.deals)
    if is_:
        balances["closed_until"].add(flow.amount_after, flow.deals)
    if (was or is_) and not way.newly_won:
        corrected = (flow.amount_after if is_ else _ZERO) - (flow.amount_before if was else _ZERO)
        changed = flow.deals if was != is_ else flow.deals_grown + flow.deals_shrunk
        balances["closed_corrected"].add(corrected, changed)


def flows_of(part: Opened) -> tuple[tuple[Situation, Situation], ...]:
    """From which situation to which deals go that may be in the part."""
    return tuple(
        (before, after) for before in Situation for after in Situation if _may_be_in(part, before, after)
    )


def _may_be_in(part: Opened, before: Situation, after: Situation) -> bool:
    way = course(before, after)
    was, is_ = way.closed
    by_balance: Mapping[str, bool] = {
        "open_since": before is _S.OPEN,
        "open_until": after is _S.OPEN,
        "closed_since": was,
        "closed_until": is_,
        "closed_corrected": (was or is_) and not way.newly_won,
    }
    if part in by_balance:
        return by_balance[part]
    return way.changes if part in ("increased", "decreased") else part in (way.came, way.went)
