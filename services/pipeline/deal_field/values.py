"""Values of the organisation's own fields: read strictly by type, kept as plain JSON.

Dates and ids are kept as text, money as `{"amount": "12.50", "currency": "EUR"}`. A pattern
takes time in proportion to the text.
"""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    Field,
    StrictBool,
    StrictInt,
    StringConstraints,
    TypeAdapter,
)
from pydantic_core import PydanticCustomError, SchemaError

from services.pipeline.deal_field.domain import DealField
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money

LONGEST = 500
"""Characters of a text: as many bytes as an index takes."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST)]
_Number = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=-1e15, le=1e15)]
_Integer = Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
Read = TypeAdapter[Any]


def reader(each: DealField) -> Read:
    """Reads a value of this field. Refuses with `validation_failed` a pattern that cannot be used."""
    try:
        shape: Any = Annotated[_SHAPES[each.type](each), AfterValidator(_plain)]
        return TypeAdapter(shape)
    except SchemaError:
        detail = "The pattern cannot be used; there is no looking ahead or back, and no back reference."
        raise DomainError(
            "validation_failed", detail, [FieldError("/pattern", "wrong_format", detail)]
        ) from None


def _text(each: DealField) -> Any:
    return _Line if each.pattern is None else Annotated[_Line, StringConstraints(pattern=each.pattern)]


def _day(_: DealField) -> Any:
    return Annotated[str, AfterValidator(_read_day)]


def _read_day(written: str) -> str:
    try:
        day = date.fromisoformat(written) if _DAY.match(written) else None
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2199:
        raise PydanticCustomError("wrong_format", "A day is written 2027-03-01.")
    return written


def _within(shape: Any, value: Callable[[Any], Decimal]) -> Callable[[DealField], Any]:
    def limited(each: DealField) -> Any:
        def check(given: Any) -> Any:
            number = value(given)
            if each.minimum is not None and number < each.minimum:
                raise PydanticCustomError(
                    "out_of_range", "At least {limit}.", {"limit": format(each.minimum, "f")}
                )
            if each.maximum is not None and number > each.maximum:
                raise PydanticCustomError(
                    "out_of_range", "At most {limit}.", {"limit": format(each.maximum, "f")}
                )
            return given

        return Annotated[shape, AfterValidator(check)]

    return limited


def _option(each: DealField) -> Any:
    def check(given: str) -> str:
        if given not in each.options:
            raise PydanticCustomError("unknown_value", "There is no such option.")
        return given

    return Annotated[_Line, AfterValidator(check)]


def _some_options(each: DealField) -> Any:
    def in_order(given: tuple[str, ...]) -> list[str]:
        return [option for option in each.options if option in given]

    option: Any = _option(each)
    return Annotated[tuple[option, ...], Field(max_length=500), AfterValidator(in_order)]


def _address(_: DealField) -> Any:
    def check(written: str) -> str:
        AnyHttpUrl(written)
        return written

    return Annotated[_Line, AfterValidator(check)]


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return str(value) if isinstance(value, UUID) else value


_SHAPES: dict[str, Callable[[DealField], Any]] = {
    "text": _text,
    "number": _within(_Number, lambda given: Decimal(repr(given))),
    "integer": _within(_Integer, Decimal),
    "boolean": lambda _: StrictBool,
    "date": _day,
    "enum": _option,
    "multi_enum": _some_options,
    "money": _within(Money, lambda given: given.amount),
    "member": lambda _: UUID,
    "url": _address,
}
