"""A gate is a condition written as data; it is met or not, and says what would meet it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, get_args
from uuid import UUID

from shared.contracts.money import Money

Kind = Literal[
    "required_fields",
    "need_recorded",
    "objections_cleared",
    "approval",
    "signing_date",
    "checklist_done",
    "expression",
    "roles",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
OWN = "custom."
"""What the name of an own field of the organisation begins with."""
Role = Literal["rep", "manager", "director", "admin"]
SENIORITY: Mapping[str, int] = {"rep": 0, "manager": 1, "director": 2, "admin": 3}
"""Who may do what a role may do: that role and those above it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """`kind` says which of the settings below count. A gate that is not `active` asks for nothing."""

    id: UUID
    kind: Kind
    label: str
    active: bool = True
    message: str | None = None
    fields: tuple[str, ...] = ()
    expression: str | None = None
    roles: tuple[Role, ...] = ()
    approver_role: Role | None = None
    approver_id: UUID | None = None
    valid_days: int | None = None

    def may_decide(self, member_id: UUID | None, role: str) -> bool:
        """Whether this member may give the approval that the gate asks for."""
        if self.approver_id is not None and member_id == self.approver_id:
            return True
        wanted = self.approver_role or ("manager" if self.approver_id is None else "director")
        return at_least(role, wanted)


def at_least(role: str, wanted: str) -> bool:
    """Whether the role is this one or above it."""
    return SENIORITY.get(role, -1) >= SENIORITY[wanted]


@dataclass(frozen=True, slots=True)
class Approval:
    """What was approved: the deal as it was worth then, until `expires_at`."""

    gate_id: UUID
    amount: Money | None
    base_amount: Money | None
    expires_at: datetime | None

    def covers(self, amount: Money | None, base_amount: Money | None, now: datetime) -> bool:
        """Whether it still holds for a deal of this amount: not for a higher one, not when it is over."""
        if self.expires_at is not None and self.expires_at <= now:
            return False
        if amount is None:
            return True
        if self.amount is None:
            return False
        if self.amount.currency == amount.currency:
            return amount.amount <= self.amount.amount
        if self.base_amount is None or base_amount is None:
            return False
        same = self.base_amount.currency == base_amount.currency
        return same and base_amount.amount <= self.base_amount.amount


@dataclass(frozen=True, slots=True)
class Evidence:
    """What has been recorded beside the deal itself. `unfinished`: what is still to be done in its stage."""

    needs: int = 0
    open_objections: int = 0
    signing_date: date | None = None
    approvals: tuple[Approval, ...] = ()
    unfinished: tuple[str, ...] = ()


NOTHING = Evidence()


@dataclass(frozen=True, slots=True)
class Applicant:
    """A deal that asks to pass: its fields as events publish them, its evidence, who asks, and when."""

    deal: Mapping[str, Any]
    stage_position: int
    role: str
    now: datetime
    evidence: Evidence = NOTHING

    def has(self, name: str) -> bool:
        """Whether a field is filled; 0 is a value. Own fields are named `custom.key`."""
        if name.startswith(OWN):
            return (self.deal.get("custom") or {}).get(name.removeprefix(OWN)) is not None
        return self.deal.get(name) not in (None, ())

    @property
    def path(self) -> str:
        """Where the deal is found."""
        return f"/v1/deals/{self.deal['deal_id']}"


@dataclass(frozen=True, slots=True)
class How:
    """The call that satisfies a gate."""

    method: Literal["POST", "PUT", "PATCH"]
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """What is missing. `pointer`: where to put it in the body of the move; `input`: what is put there.

    `field`: the deal's field where it is one. `how`: the call that gives what the gate asks for, none when
    only somebody else can.
    """

    gate_id: UUID
    kind: str
    label: str
    pointer: str
    detail: str
    input: Mapping[str, Any] = field(default_factory=dict)
    field: str | None = None
    how: How | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a deal may pass to `stage`, or be won or lost, and what is missing."""

    target: Literal["stage", "win", "lose", "here"]
    unmet: tuple[Unmet, ...] = ()
    stage_id: UUID | None = None
    stage: str | None = None

    @property
    def allowed(self) -> bool:
        """Nothing is missing."""
        return not self.unmet


def needs_evidence(gates: Sequence[Gate]) -> bool:
    """Whether more than the deal itself has to be looked at."""
    return any(gate.active and gate.kind not in ("required_fields", "roles") for gate in gates)
