from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from shared.web.validation import field_errors, pointer


class Colour(Enum):
    RED = "red"


class Everything(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=3, pattern="^[a-z]+$")] = "ab"
    count: Annotated[int, Field(ge=1, le=9)] = 1
    price: Annotated[Decimal, Field(max_digits=6, decimal_places=2)] = Decimal(1)
    id: UUID | None = None
    day: date | None = None
    at: AwareDatetime | None = None
    colour: Colour = Colour.RED
    kind: Literal["a", "b"] = "a"
    tags: Annotated[list[str], Field(max_length=2)] = []
    flag: bool = True
    ratio: float = 0.5
    when: datetime | None = None
    own: str = ""
    even: int = 0

    @field_validator("own")
    @classmethod
    def _own(cls, value: str) -> str:
        if value:
            raise PydanticCustomError("phone_invalid", "Not a phone number.")
        return value

    @field_validator("even")
    @classmethod
    def _even(cls, value: int) -> int:
        if value % 2:
            raise ValueError("must be even")
        return value


def codes(body: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(ValidationError) as failure:
        Everything.model_validate(body)
    return {error.pointer: error.code for error in field_errors(failure.value.errors())}


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", 5, "wrong_type"),
        ("name", "abcd", "too_long"),
        ("name", "a", "too_short"),
        ("name", "AB", "wrong_format"),
        ("count", "x", "wrong_type"),
        ("count", 0, "out_of_range"),
        ("count", None, "wrong_type"),
        ("price", "1.234", "too_precise"),
        ("price", "x", "wrong_type"),
        ("id", "x", "wrong_format"),
        ("day", "x", "wrong_format"),
        ("at", "2027-01-01T00:00:00", "time_zone_required"),
        ("when", "x", "wrong_format"),
        ("colour", "blue", "unknown_value"),
        ("kind", "c", "unknown_value"),
        ("tags", ["a", "b", "c"], "too_long"),
        ("tags", "a", "wrong_type"),
        ("flag", "perhaps", "wrong_type"),
        ("own", "1", "phone_invalid"),
        ("even", 1, "invalid"),
        ("stranger", 1, "unknown_field"),
    ],
)
def test_each_mistake_has_its_code_at_its_field(field: str, value: object, code: str) -> None:
    assert codes({field: value}) == {f"/{field}": code}


def test_a_missing_field_is_required() -> None:
    class Needs(BaseModel):
        name: str

    with pytest.raises(ValidationError) as failure:
        Needs.model_validate({})

    assert [(e.pointer, e.code) for e in field_errors(failure.value.errors())] == [("/name", "required")]


def test_a_pointer_goes_into_lists_and_escapes_its_parts() -> None:
    assert pointer(("items", 0, "a/b", "c~d")) == "/items/0/a~1b/c~0d"


def test_a_message_does_not_begin_with_what_raised_it() -> None:
    with pytest.raises(ValidationError) as failure:
        Everything.model_validate({"even": 1})

    assert field_errors(failure.value.errors())[0].detail == "must be even"


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"shape": {"kind": "round", "width": 1}}, ["/shape/radius", "/shape/width"]),
        ({"shape": {"kind": "round", "radius": -1}}, ["/shape/radius"]),
        ({"shape": {"kind": "radius"}}, ["/shape"]),
    ],
)
def test_a_pointer_leads_through_the_body_without_the_tags_of_a_union(
    body: dict[str, Any], pointers: list[str]
) -> None:
    class Round(BaseModel):
        model_config = ConfigDict(extra="forbid")
        kind: Literal["round"]
        radius: int = Field(gt=0)

    class Square(BaseModel):
        kind: Literal["square"]
        side: int

    class Drawing(BaseModel):
        shape: Annotated[Round | Square, Field(discriminator="kind")]

    with pytest.raises(ValidationError) as failure:
        Drawing.model_validate(body)

    assert [error.pointer for error in field_errors(failure.value.errors(), body=body)] == pointers
