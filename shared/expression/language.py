"""Expressions over a subject: checked when they are written, harmless when they are run.

What is unset is absent. A condition that needs something absent is unknown, as in SQL, and what is unknown
does not hold; `has(lead.employees)` asks whether it is there.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Literal

from shared.contracts.errors import DomainError, FieldError
from shared.expression import engine
from shared.expression.faults import Fault, find_fault
from shared.expression.vocabulary import SAMPLE_TIME, Vocabulary

Value = bool | int | float | str
Wanted = Literal["condition", "number"]
FailureCode = Literal["unset", "wrong_type", "division_by_zero", "wrong_pattern", "failed"]


@dataclass(frozen=True, slots=True)
class Facts:
    """What an expression may ask about one subject. Made once, asked by many expressions."""

    values: Mapping[str, Any]
    context: engine.Context


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked expression, ready to run."""

    text: str
    program: engine.Program


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result. `unset`: it asks for what this subject does not have; all others are faults."""

    code: FailureCode
    detail: str

    @property
    def is_fault(self) -> bool:
        """Whether the expression should be corrected."""
        return self.code != "unset"


def facts_of(values: Mapping[str, Any]) -> Facts:
    """Facts from plain values: text, numbers, booleans, instants, lists and mappings of them."""
    return Facts(values, engine.Context(variables=dict(values)))


@dataclass(frozen=True)
class Language:
    """Expressions over one kind of subject."""

    vocabulary: Vocabulary

    def compile(self, text: str, *, pointer: str = "/expression", wanted: Wanted | None = None) -> Expression:
        """Ready to run. Raises DomainError `expression_invalid`, naming line, column and position of a fault.

        `wanted`: refuses an expression that answers something else for a subject with all fields filled.
        """
        expression = self._compiled(text)
        if isinstance(expression, Fault):
            raise _refusal(expression, text, pointer)
        found = self._fault_of_trial(expression, wanted)
        if found is not None:
            raise _refusal(found, text, pointer)
        return expression

    @cached_property
    def _compiled(self) -> Callable[[str], Expression | Fault]:
        return lru_cache(maxsize=4000)(self._read)

    def _read(self, text: str) -> Expression | Fault:
        fault = find_fault(text, self.vocabulary)
        if fault is not None:
            return fault
        try:
            program = engine.compile(text)
        except ValueError as error:
            return Fault.of_parser(str(error), text)
        fault = Fault.of_names(text, program.variables(), program.functions(), self.vocabulary)
        return fault or Expression(text, program)

    def _fault_of_trial(self, expression: Expression, wanted: Wanted | None) -> Fault | None:
        """What goes wrong for a subject that has everything; free-form attributes are unknown there."""
        result = evaluate(expression, self._sample)
        if isinstance(result, Failure):
            refused = result.code in ("wrong_type", "wrong_pattern")
            return Fault(result.detail, 0) if refused else None
        right = {
            None: True,
            "condition": isinstance(result, bool),
            "number": isinstance(result, int | float) and not isinstance(result, bool),
        }
        return None if right[wanted] else Fault(f"The result is {_kind(result)}; a {wanted} is wanted.", 0)

    @cached_property
    def _sample(self) -> Facts:
        return facts_of({self.vocabulary.subject: dict(self.vocabulary.sample), "now": SAMPLE_TIME})


def evaluate(expression: Expression, facts: Facts) -> Value | Failure:
    """The result for this subject. Never raises."""
    try:
        result = expression.program.execute(facts.context)
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a rule, the subject goes on
        return _failure(error)
    if isinstance(result, bool | int | float | str):
        return result
    return Failure("wrong_type", f"The result is {_kind(result)}; a condition, a number or a text is wanted.")


def holds(expression: Expression, facts: Facts) -> bool | Failure:
    """Whether the condition holds; what is unknown does not. A Failure only for a fault."""
    result = evaluate(expression, facts)
    if isinstance(result, bool):
        return result
    if isinstance(result, Failure):
        return result if result.is_fault else False
    return Failure("wrong_type", f"The result is {_kind(result)}; a condition is wanted.")


def number_of(expression: Expression, facts: Facts) -> float | Failure:
    """The number for this subject. `unset` when it asks for what the subject does not have."""
    result = evaluate(expression, facts)
    if isinstance(result, Failure):
        return result
    if isinstance(result, bool | str):
        return Failure("wrong_type", f"The result is {_kind(result)}; a number is wanted.")
    return float(result)


def _failure(error: Exception) -> Failure:
    said = str(error).split(". ")[0].splitlines()[0][:300] if str(error) else type(error).__name__
    if isinstance(error, KeyError):
        return Failure("unset", f"{said} is not set.")
    if isinstance(error, ZeroDivisionError):
        return Failure("division_by_zero", "Division by zero.")
    if "regex" in str(error):
        return Failure("wrong_pattern", "The pattern of `matches` is not a regular expression.")
    if isinstance(error, TypeError):
        return Failure("wrong_type", "The operation does not fit the types; text and numbers do not mix.")
    if "Undefined variable or function" in said:
        return Failure("wrong_type", f"{said.split(': ')[1]} does not fit the type it is called on.")
    return Failure("failed", said)


def _kind(value: object) -> str:
    if isinstance(value, bool):
        return "a condition"
    if isinstance(value, int | float):
        return "a number"
    return "a text" if isinstance(value, str) else f"a {type(value).__name__}"


def _refusal(fault: Fault, text: str, pointer: str) -> DomainError:
    line, column = fault.place(text)
    where = f"Line {line}, column {column}: {fault.detail}"
    return DomainError(
        "expression_invalid",
        where,
        [FieldError(pointer, "expression_invalid", where)],
        extra={"line": line, "column": column, "position": fault.position},
    )
