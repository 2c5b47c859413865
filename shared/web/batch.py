"""Batches: every item gets its own result, in order; one bad item never fails the others.

Must never break: as many results as items, and pointers of errors are relative to the item.
"""

import json
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.requests import Request

from shared.contracts.errors import DomainError, FieldError
from shared.web import strict_json
from shared.web.problem import Problem, problem_body, problem_of
from shared.web.requests import nul_errors, repeated
from shared.web.validation import field_errors

MOST_ITEMS = 1000
LONGEST_LINE = 1024 * 1024
NDJSON = "application/x-ndjson"

Status = Literal["created", "updated", "unchanged", "duplicate", "quarantined", "rejected"]
Model = TypeVar("Model", bound=BaseModel)


class BatchItems(BaseModel):
    """The body of a batch: 1 to 1,000 items, checked one by one later."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[Any], Field(min_length=1, max_length=MOST_ITEMS)]


class BatchItemResult(BaseModel):
    """What became of one item. `problem` has the members of a problem answer when it was rejected."""

    index: int
    status: Status
    id: UUID | None = None
    problem: dict[str, Any] | None = None


class BatchAnswer(BaseModel):
    """One result per item, in the order of the items."""

    items: list[BatchItemResult]


@dataclass(slots=True)
class Checked(Generic[Model]):
    """Items of a batch after checking: the good ones with their index, and results by index as they come."""

    indexes: range
    good: list[tuple[int, Model]] = field(default_factory=list)
    results: dict[int, BatchItemResult] = field(default_factory=dict)

    def settle(self, index: int, status: Status, id: UUID | None = None) -> None:
        """Record what became of an item."""
        self.results[index] = BatchItemResult(index=index, status=status, id=id)

    def reject(self, index: int, error: DomainError) -> None:
        """Record that a rule refused an item."""
        self.results[index] = BatchItemResult(index=index, status="rejected", problem=problem_of(error))

    def wrong(self, index: int, errors: Sequence[FieldError]) -> None:
        """Record that an item is not well formed."""
        body = problem_body("validation_failed", "The item is wrong.", errors)
        self.results[index] = BatchItemResult(index=index, status="rejected", problem=body)

    def answer(self) -> BatchAnswer:
        """All results in order. Raises KeyError when an item was forgotten."""
        return BatchAnswer(items=[self.results[index] for index in self.indexes])


def check_items(items: Sequence[Any], model: type[Model], *, first: int = 0) -> Checked[Model]:
    """Validate items one by one; a wrong one becomes a `rejected` result. `first`: index of the first.

    An item that is a DomainError was refused when it was read.
    """
    validate = TypeAdapter(model).validator.validate_python
    checked: Checked[Model] = Checked(range(first, first + len(items)))
    for index, item in enumerate(items, first):
        if isinstance(item, DomainError):
            checked.reject(index, item)
            continue
        unfit = nul_errors(item)
        if unfit:
            checked.wrong(index, unfit)
            continue
        try:
            checked.good.append((index, validate(item)))
        except ValidationError as error:
            checked.wrong(index, field_errors(error.errors(include_url=False, include_input=False)))
    return checked


async def ndjson_chunks(request: Request, *, at_once: int = MOST_ITEMS) -> AsyncIterator[list[Any]]:
    """The lines of an `application/x-ndjson` body as lists of up to `at_once` values, while it arrives.

    Blank lines are skipped. Raises Problem `malformed_json` or `body_too_large` (a line over 1 MiB); chunks
    given before stay done.
    """
    rest = b""
    values: list[Any] = []
    async for received in request.stream():
        lines = (rest + received).split(b"\n")
        rest = lines.pop()
        if len(rest) > LONGEST_LINE:
            raise Problem("body_too_large", f"A line is longer than {LONGEST_LINE} bytes.")
        for value in _values(lines):
            values.append(value)
            if len(values) == at_once:
                yield values
                values = []
    values.extend(_values([rest]))
    if values:
        yield values


def _values(lines: Iterable[bytes]) -> Iterable[Any]:
    for line in lines:
        if line.strip():
            try:
                yield strict_json.loads(line)
            except strict_json.RepeatedKey as error:
                raise repeated(error) from None
            except json.JSONDecodeError:
                raise Problem("malformed_json", "A line is not valid JSON.") from None
