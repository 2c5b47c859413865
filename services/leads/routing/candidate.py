"""A member as routing sees it: what keeps it from a lead, and its place in the line."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.leads.expression.domain import Facts
from services.leads.routing_rule.domain import Hours
from services.leads.seller.domain import Seller, SellerGroup


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule asks of candidates. `named`: it names them, so they need not be reps. `reach`: the teams a
    caller may assign to; None is everybody."""

    named: bool = False
    group: SellerGroup | None = None
    working_hours: Hours = "ignored"
    respect_capacity: bool = True
    reach: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why a member does not get the lead: a word for counting, and in full."""

    code: str
    why: str


Preference = Callable[[Facts | None], bool]
"""Whether a seller prefers a lead. The same for all who prefer the same."""


@dataclass(slots=True)
class Candidate:
    """`turn`: smaller got a lead longer ago; it, `open_leads` and `today` follow while leads are given."""

    member_id: UUID
    seller: Seller
    team_id: UUID | None = None
    is_rep: bool = True
    active: bool = True
    away_until: datetime | None = None
    at_work: bool = True
    closed_today: bool = False
    territory_ids: frozenset[UUID] = frozenset()
    prefers: Preference | None = None
    turn: int = 0
    open_leads: int = 0
    today: int = 0
    levels: dict[tuple[str, str], int] = field(init=False)

    def __post_init__(self) -> None:
        self.levels = self.seller.levels()

    def lasting_barrier(self, terms: Terms) -> Barrier | None:
        """The first thing that keeps the member from every lead under these terms, whatever else it gets."""
        return self._standing(terms) or self._presence(terms)

    def load_barrier(self) -> Barrier | None:
        """It has as much as it may have by now."""
        capacity, limit = self.seller.capacity, self.seller.daily_limit
        if capacity is not None and self.open_leads >= capacity:
            return Barrier("at_capacity", f"at capacity {self.open_leads}/{capacity} open leads")
        if limit is not None and self.today >= limit:
            return Barrier("daily_limit", f"daily limit {self.today}/{limit} reached")
        return None

    def take(self, turn: int) -> None:
        """It got a lead: it goes to the end of the line."""
        self.turn = turn
        self.open_leads += 1
        self.today += 1

    def _standing(self, terms: Terms) -> Barrier | None:
        if not self.active:
            return Barrier("inactive", "no active member")
        if not self.is_rep and not terms.named:
            return Barrier("no_rep", "not a rep")
        if terms.reach is not None and self.team_id not in terms.reach:
            return Barrier("out_of_reach", "outside the caller's teams")
        if not self.seller.accepts_leads:
            return Barrier("not_accepting", "takes no leads at present")
        return None

    def _presence(self, terms: Terms) -> Barrier | None:
        if self.away_until is not None:
            return Barrier("absent", f"absent until {self.away_until:%Y-%m-%dT%H:%MZ}")
        if self._of_another_group(terms):
            return Barrier("other_group", f"in group {self.seller.seller_group or 'none'}")
        if terms.working_hours == "required" and not self.at_work:
            if self.closed_today:
                return Barrier("closed_day", "a closed day of the organisation")
            return Barrier("outside_hours", "outside working hours")
        return None

    def _of_another_group(self, terms: Terms) -> bool:
        """Order desks take orders: they get leads only where a rule says so or names them."""
        own = self.seller.seller_group
        if terms.group is not None:
            return own != terms.group
        return own == "order_desk" and not terms.named
