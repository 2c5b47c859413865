"""How every report shows its period, its ratios and the definitions of its figures.

Must never break: a ratio whose denominator is 0 is null.
"""

from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

Ratio = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class PeriodOut(BaseModel):
    """`from` and `to` are local dates, both included."""

    model_config = ConfigDict(populate_by_name=True)

    name: str = Field(examples=["2027-Q1"])
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class DefinitionOut(BaseModel):
    """A sum has a meaning only; a ratio names what is divided by what."""

    meaning: str
    numerator: str | None
    denominator: str | None
    period: str
