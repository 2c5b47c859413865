"""Gates as the organisation writes them, and what they find missing as callers read it."""

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from services.pipeline.body import Strict
from services.pipeline.gate.domain import Gate, Kind, Role, Unmet
from services.pipeline.gate.variables import LANGUAGE
from shared.contracts.errors import DomainError, FieldError
from shared.expression.vocabulary import Type

_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Message = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
FieldName = Literal[
    "amount", "expected_close", "owner_id", "account_id", "contact_id", "product_id", "source", "competitor",
    "probability", "next_step", "next_step_at", "description", "tags", "recurring_amount", "term_months",
]  # fmt: skip
OwnFieldName = Annotated[str, StringConstraints(pattern=r"^custom\.[a-z][a-z0-9_]{0,39}$")]
_SETTINGS: dict[Kind, tuple[str, ...]] = {
    "required_fields": ("fields",),
    "expression": ("expression",),
    "roles": ("roles",),
    "approval": ("approver_role", "approver_id", "valid_days"),
}
_NEEDED = ("fields", "expression", "roles")
_LABELS: dict[Kind, str] = {
    "required_fields": "Fields filled",
    "need_recorded": "Need recorded",
    "objections_cleared": "Objections cleared",
    "approval": "Approved",
    "signing_date": "Contract signed",
    "checklist_done": "Checklist done",
    "expression": "Condition",
    "roles": "Who may do it",
}


class GateIn(Strict):
    """A condition. With the `id` of a gate that is there, that gate is kept and changed.

    `fields` (own fields as `custom.key`) goes with `required_fields`, `expression` (CEL over `deal` and
    `now`, at most 1,000 characters) with `expression`, `roles` with `roles`; `approver_role` (manager when
    not said, and those above), `approver_id` (that member, or a director) and `valid_days` (how long it
    holds) with `approval`. `message` is shown instead of ours.
    """

    id: UUID | None = None
    kind: Kind
    label: _Label | None = None
    active: bool = True
    message: _Message | None = None
    fields: Annotated[tuple[FieldName | OwnFieldName, ...], Field(max_length=50)] = ()
    expression: Annotated[str, Field(max_length=20_000)] | None = None
    roles: Annotated[tuple[Role, ...], Field(max_length=4)] = ()
    approver_role: Role | None = None
    approver_id: UUID | None = None
    valid_days: Annotated[int, Field(ge=1, le=365, strict=True)] | None = None

    @model_validator(mode="after")
    def _settings_of_the_kind(self) -> "GateIn":
        own = _SETTINGS.get(self.kind, ())
        for name in ("fields", "expression", "roles", "approver_role", "approver_id", "valid_days"):
            given = getattr(self, name)
            if name in own and name in _NEEDED and not given:
                raise ValueError(f"a gate of kind {self.kind} needs {name}")
            if name not in own and given:
                raise ValueError(f"{name} does not go with a gate of kind {self.kind}")
        return self

    def build(self, new_id: Callable[[], UUID], *, pointer: str) -> Gate:
        """The gate. Raises DomainError `expression_invalid` with the place of the fault."""
        if self.expression is not None:
            LANGUAGE.compile(self.expression, pointer=f"{pointer}/expression", wanted="condition")
        values = {name: getattr(self, name) for name in type(self).model_fields if name != "id"}
        return Gate(**{**values, "id": self.id or new_id(), "label": self.label or _LABELS[self.kind]})


GatesIn = Annotated[tuple[GateIn, ...], Field(max_length=20)]


def build_gates(given: tuple[GateIn, ...], new_id: Callable[[], UUID], *, pointer: str) -> tuple[Gate, ...]:
    """The gates, each checked. Refuses with `expression_invalid`."""
    return tuple(gate.build(new_id, pointer=f"{pointer}/{index}") for index, gate in enumerate(given))


class GateOut(BaseModel):
    """A gate with its settings; those of other kinds are empty."""

    model_config = ConfigDict(from_attributes=True)

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


GATES: TypeAdapter[tuple[Gate, ...]] = TypeAdapter(tuple[Gate, ...])
"""Gates to and from JSON."""


def written_gates(gates: tuple[Gate, ...]) -> list[dict[str, Any]]:
    """The gates as they are stored."""
    shown: list[dict[str, Any]] = GATES.dump_python(gates, mode="json", exclude_defaults=True)
    return shown


class VariableOut(BaseModel):
    """Something an expression may name."""

    name: str
    type: Type
    meaning: str
    example: Any


class Vocabulary(BaseModel):
    """What gates may be made of. `fields`: what `required_fields` may ask for, and what is put there."""

    kinds: list[Kind]
    fields: dict[str, dict[str, Any]]
    variables: list[VariableOut]
    functions: list[str]
    limits: dict[str, int]


class HowOut(BaseModel):
    """The call that gives what is missing."""

    method: Literal["POST", "PUT", "PATCH"]
    path: str


class UnmetOut(BaseModel):
    """What is missing. `pointer`: where it may be put in the body of the move, `input` what is put there.

    `how`: the call that gives it; null when only somebody else can.
    """

    gate_id: UUID
    kind: str
    label: str
    pointer: str
    field: str | None
    input: dict[str, Any]
    detail: str
    how: HowOut | None


def gates_unmet(unmet: Sequence[Unmet], *, may_override: bool) -> DomainError:
    """`gates_unmet` with the list, once for pointers and once for screens."""
    count = len(unmet)
    return DomainError(
        "gates_unmet",
        "One gate is not met." if count == 1 else f"{count} gates are not met.",
        [FieldError(each.pointer, each.kind, each.detail) for each in unmet],
        extra={"unmet": [shown_unmet(each) for each in unmet], "override_allowed": may_override},
    )


def shown_unmet(unmet: Unmet) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of UnmetOut."""
    return {
        "gate_id": str(unmet.gate_id),
        "kind": unmet.kind,
        "label": unmet.label,
        "pointer": unmet.pointer,
        "field": unmet.field,
        "input": dict(unmet.input),
        "detail": unmet.detail,
        "how": None if unmet.how is None else {"method": unmet.how.method, "path": unmet.how.path},
    }
