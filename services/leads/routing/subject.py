"""What routing is told of a lead and of the rules."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from services.leads.expression.domain import Facts
from services.leads.lead.domain import Lead
from services.leads.routing_rule.domain import RoutingRule

Condition = Callable[[Facts | None], bool | str]
"""Whether a rule is for the lead with these facts; a text says why that cannot be told."""


@dataclass(frozen=True, slots=True)
class Placement:
    """The territory a lead lies in, why, and who works it now."""

    territory_id: UUID
    why: str
    member_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Subject:
    """A lead, and what is known about it beside. `account_known_by`: what its account was found by."""

    lead: Lead
    facts: Facts | None = None
    placement: Placement | None = None
    account_owner_id: UUID | None = None
    account_known_by: str | None = None

    @property
    def territory_id(self) -> UUID | None:
        """Where it lies."""
        return self.placement.territory_id if self.placement else None


@dataclass(frozen=True, slots=True)
class ActiveRule:
    """A rule with its condition compiled, and the teams at and below the one it names."""

    rule: RoutingRule
    condition: Condition
    team_ids: frozenset[UUID] = frozenset()
