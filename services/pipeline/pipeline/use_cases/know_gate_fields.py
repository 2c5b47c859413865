"""Gates ask for own fields that there are and that are written."""

from collections.abc import Iterator

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_field.use_cases.know_fields import own_fields
from services.pipeline.gate.domain import OWN, Gate
from services.pipeline.pipeline.domain import Pipeline
from shared.contracts.errors import DomainError, FieldError


async def know_gate_fields(connection: AsyncConnection, pipeline: Pipeline) -> None:
    """Refuses with `validation_failed` gates that ask for an own field nobody can fill."""
    named = dict(_named(pipeline))
    if not named:
        return
    own = await own_fields(connection, naming=named.values())
    errors = [
        FieldError(pointer, "unknown_value", f"There is no own field {key} in use; see /v1/deal-fields.")
        for pointer, key in named.items()
        if key not in own.fields or not own.fields[key].active
    ]
    if errors:
        raise DomainError("validation_failed", errors[0].detail, errors)


def _named(pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    """Where each own field is asked for."""
    for index, stage in enumerate(pipeline.stages):
        yield from _in(stage.entry_gates, f"/stages/{index}/entry_gates")
        yield from _in(stage.exit_gates, f"/stages/{index}/exit_gates")
    yield from _in(pipeline.win_gates, "/win_gates")
    yield from _in(pipeline.lose_gates, "/lose_gates")


def _in(gates: tuple[Gate, ...], pointer: str) -> Iterator[tuple[str, str]]:
    for number, gate in enumerate(gates):
        for place, name in enumerate(gate.fields):
            if name.startswith(OWN):
                yield f"{pointer}/{number}/fields/{place}", name.removeprefix(OWN)
