"""Expressions of rules and sellers as questions about a lead."""

from functools import lru_cache

from services.leads.expression.domain import Facts, Failure, compile_expression, holds
from services.leads.routing.candidate import Preference
from services.leads.routing.subject import Condition
from shared.contracts.errors import DomainError


def condition_of(text: str | None) -> Condition:
    """Whether it holds; one that cannot be told says why and stops nothing."""
    if text is None:
        return lambda _: True
    try:
        expression = compile_expression(text, wanted="condition")
    except DomainError as fault:
        said = fault.detail
        return lambda _: said

    def ask(facts: Facts | None) -> bool | str:
        result = holds(expression, facts) if facts is not None else "nothing is known of the lead"
        return result.detail if isinstance(result, Failure) else result

    return ask


@lru_cache(maxsize=1000)
def preference_of(text: str | None) -> Preference | None:
    """Whether a seller prefers the lead; what cannot be told is no preference."""
    if text is None:
        return None
    condition = condition_of(text)
    return lambda facts: condition(facts) is True
