"""Which gates a deal does not meet. Never raises because of a gate: a broken one is unmet, with its fault."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from services.pipeline.gate.deal_facts import deal_facts
from services.pipeline.gate.domain import Applicant, Gate, How, Kind, Unmet
from services.pipeline.gate.inputs import DAY, input_of
from services.pipeline.gate.variables import LANGUAGE
from shared.contracts.errors import DomainError
from shared.expression.language import Failure, evaluate

_Judge = Callable[[Gate, Applicant], Iterator[Unmet]]


def judge(gates: Sequence[Gate], applicant: Applicant) -> tuple[Unmet, ...]:
    """What is missing, in the order of the gates."""
    return tuple(unmet for gate in gates if gate.active for unmet in _JUDGES[gate.kind](gate, applicant))


def _required_fields(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    for name in gate.fields:
        if not applicant.has(name):
            yield _unmet(
                gate,
                f"{name} is not filled.",
                pointer=f"/fields/{name.replace('.', '/')}",
                field=name,
                input=input_of(name),
                how=How("PATCH", applicant.path),
            )


def _need_recorded(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    if not applicant.evidence.needs:
        how = How("POST", f"{applicant.path}/needs")
        yield _unmet(gate, "No need of the customer is recorded.", how=how)


def _objections_cleared(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    count = applicant.evidence.open_objections
    if count:
        how = How("PATCH", f"{applicant.path}/objections/{{objection_id}}")
        what = "One objection is" if count == 1 else f"{count} objections are"
        yield _unmet(gate, f"{what} not resolved.", how=how)


def _approval(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    amount, base = applicant.deal.get("amount"), applicant.deal.get("base_amount")
    given = [each for each in applicant.evidence.approvals if each.gate_id == gate.id]
    if any(each.covers(amount, base, applicant.now) for each in given):
        return
    said = "What was approved is over or was less." if given else "It is not approved."
    how = How("POST", f"{applicant.path}/approvals")
    yield _unmet(gate, said, how=how, input={"type": "approval", "gate_id": str(gate.id)})


def _signing_date(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    if applicant.evidence.signing_date is None:
        how = How("PUT", f"{applicant.path}/closing")
        yield _unmet(gate, "The contract has no signing date.", field="signing_date", input=DAY, how=how)


def _checklist_done(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    left = applicant.evidence.unfinished
    if left:
        how = How("PUT", f"{applicant.path}/checklist")
        shown = ", ".join(left[:5])
        yield _unmet(gate, f"Still to do: {shown}.", how=how, input={"type": "checklist", "items": left})


def _expression(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    try:
        condition = LANGUAGE.compile(gate.expression or "")
    except DomainError as fault:
        yield _unmet(gate, f"The condition cannot be used: {fault.detail}")
        return
    result = evaluate(condition, deal_facts(applicant))
    if isinstance(result, Failure):
        why = "asks for what the deal does not have" if not result.is_fault else "cannot be used"
        yield _unmet(gate, f"The condition {why}: {result.detail}")
    elif result is not True:
        yield _unmet(gate, f"The condition does not hold: {gate.expression}")


def _roles(gate: Gate, applicant: Applicant) -> Iterator[Unmet]:
    if applicant.role not in gate.roles:
        yield _unmet(gate, f"Only {' or '.join(gate.roles)} may do this.", input={"roles": gate.roles})


_JUDGES: Mapping[Kind, _Judge] = {
    "required_fields": _required_fields,
    "need_recorded": _need_recorded,
    "objections_cleared": _objections_cleared,
    "approval": _approval,
    "signing_date": _signing_date,
    "checklist_done": _checklist_done,
    "expression": _expression,
    "roles": _roles,
}


def _unmet(
    gate: Gate,
    detail: str,
    *,
    pointer: str = "/stage",
    field: str | None = None,
    input: Mapping[str, object] | None = None,
    how: How | None = None,
) -> Unmet:
    return Unmet(
        gate_id=gate.id,
        kind=gate.kind,
        label=gate.label,
        pointer=pointer,
        detail=gate.message or detail,
        field=field,
        input=input or {},
        how=how,
    )
