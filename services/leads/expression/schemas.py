"""Bodies and answers about expressions."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.record.schemas import Strict
from shared.expression.vocabulary import Type


class VariableOut(BaseModel):
    """Something an expression may name."""

    name: str
    type: Type
    meaning: str
    example: Any


class Variables(BaseModel):
    """Everything an expression may name and call."""

    variables: list[VariableOut]
    functions: list[str]
    limits: dict[str, int]


class Check(Strict):
    """An expression to try, on a lead where one is named."""

    expression: str = Field(max_length=20_000)
    lead_id: UUID | None = None


class FailureOut(BaseModel):
    """Why there is no result: `unset` when the lead lacks what is asked for, else a fault."""

    code: str
    detail: str


class Checked(BaseModel):
    """What the expression is about and, where a lead was named, what it answers for it."""

    uses: list[str]
    result: bool | int | float | str | None
    failure: FailureOut | None
