"""Expressions over a lead: the shared language with what is known of a lead."""

from services.leads.expression.variables import VOCABULARY
from shared.expression.language import (
    Expression,
    Facts,
    Failure,
    Language,
    evaluate,
    facts_of,
    holds,
    number_of,
)

__all__ = [
    "Expression",
    "Facts",
    "Failure",
    "compile_expression",
    "evaluate",
    "facts_of",
    "holds",
    "number_of",
]

compile_expression = Language(VOCABULARY).compile
