"""What bodies of products, pipelines and deals have in common: strict fields, trimmed text, exact numbers."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StringConstraints,
    model_validator,
)

from shared.contracts.money import Money


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _not_negative(money: Money) -> Money:
    if money.amount < 0:
        raise ValueError("an amount is zero or more")
    return money


Blank = BeforeValidator(_blank_is_null)
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Text80 = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=80)] | None, Blank]
Text200 = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)] | None, Blank]
Text500 = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] | None, Blank]
Text2000 = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None, Blank]
Text5000 = Annotated[Annotated[str, StringConstraints(strip_whitespace=True, max_length=5000)] | None, Blank]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Link = Annotated[str, StringConstraints(pattern=r"^https?://\S+$", max_length=2000)]
Price = Annotated[Money, AfterValidator(_not_negative)]
Probability = Annotated[
    Decimal,
    Field(ge=0, le=1, max_digits=5, decimal_places=4, description="0 to 1; 0 is a value"),
    PlainSerializer(float, return_type=float, when_used="json"),
]


class Strict(BaseModel):
    """A body: an unknown field is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields the caller named, null included, as Python values."""
        return {
            name: getattr(self, name) for name in type(self).model_fields if name in self.model_fields_set
        }


class Origin(Strict):
    """Where a record of another system comes from; both or neither."""

    source_system: Text80 = None
    external_id: Text200 = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Origin":
        if (self.source_system is None) != (self.external_id is None):
            raise ValueError("source_system and external_id go together")
        return self


def money(amount: Decimal | None, currency: str | None) -> Money | None:
    """Two columns as money; None where there is none. What we stored was checked then."""
    if amount is None or currency is None:
        return None
    return Money.model_construct(amount=amount, currency=currency)


def columns_of(name: str, currency: str, value: Money | None) -> dict[str, Any]:
    """Money as two columns."""
    return {name: value and value.amount, currency: value and value.currency}
