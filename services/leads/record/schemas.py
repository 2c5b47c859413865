"""What the bodies of all records have in common: strict fields, trimmed text, batches of raw items."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import PydanticCustomError

from services.leads.person.domain import Unreadable, standard_country, standard_email, standard_phone
from shared.contracts.errors import DomainError, FieldError
from shared.web.validation import field_errors


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


def _readable_email(value: str) -> str:
    try:
        return standard_email(value)
    except Unreadable as error:
        raise unreadable(error) from None


def unreadable(error: Unreadable) -> PydanticCustomError:
    """The same refusal as a finding of pydantic, so that it gets the pointer of its field."""
    return PydanticCustomError(error.code, "{detail}", {"detail": error.detail})


_Blank = BeforeValidator(_blank_is_null)


def _line(longest: int) -> StringConstraints:
    return StringConstraints(strip_whitespace=True, max_length=longest)


Line40 = Annotated[Annotated[str, _line(40)] | None, _Blank]
Line80 = Annotated[Annotated[str, _line(80)] | None, _Blank]
Line200 = Annotated[Annotated[str, _line(200)] | None, _Blank]
Line500 = Annotated[Annotated[str, _line(500)] | None, _Blank]
Language = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] | None, _Blank
]
"""A language as `de`, or with its country as `de-CH`."""
Prose = Annotated[Annotated[str, _line(10_000)] | None, _Blank]
Email = Annotated[Annotated[str, _line(254), AfterValidator(_readable_email)] | None, _Blank]
Country = Annotated[Annotated[str, _line(80), AfterValidator(standard_country)] | None, _Blank]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Identifier = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$"),
]


def _readable_phone(value: str, info: ValidationInfo) -> str:
    """By the rules of the body's country, declared before the phone, else of the record's own country."""
    country = (info.data or {}).get("country") or (info.context or {}).get("country")
    try:
        return standard_phone(value, country)
    except Unreadable as error:
        raise unreadable(error) from None


Phone = Annotated[Annotated[str, _line(40), AfterValidator(_readable_phone)] | None, _Blank]


class Strict(BaseModel):
    """A body: an unknown field is refused, never ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    def given(self) -> dict[str, Any]:
        """The fields the caller named, null included, as Python values."""
        named = self.model_fields_set
        return {name: getattr(self, name) for name in type(self).model_fields if name in named}


class Origin(Strict):
    """Where a record of another system comes from; both or neither."""

    source_system: Annotated[Identifier | None, Field(max_length=80)] = None
    external_id: Identifier | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> "Origin":
        if (self.source_system is None) != (self.external_id is None):
            raise ValueError("source_system and external_id go together")
        return self

    def key(self) -> tuple[str, str] | None:
        """What an upsert goes by; None when it comes from nowhere else."""
        if self.source_system is None or self.external_id is None:
            return None
        return self.source_system, self.external_id

    def own_fields(self) -> dict[str, Any]:
        """What was given and a later load may change: everything but where and when it comes from."""
        fixed = ("source_system", "external_id", "created_at")
        return {name: value for name, value in self.given().items() if name not in fixed}


M = TypeVar("M", bound=BaseModel)


class _Documented:
    """Any JSON, described in the API's document as this model: items are checked one by one."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


def raw(model: type[BaseModel]) -> Any:
    """The type of a value that is taken as it is and documented as `model`."""
    return Annotated[Any, _Documented(model)]


def read(model: type[M], item: object, context: Mapping[str, Any] | None = None) -> M:
    """The item as a model. Raises DomainError `validation_failed` with a pointer for every fault."""
    try:
        return model.model_validate(item, context=dict(context) if context else None)
    except ValidationError as error:
        raise invalid(field_errors(error.errors(include_url=False, include_input=False))) from None


def invalid(errors: tuple[FieldError, ...]) -> DomainError:
    """The refusal that lists these faults."""
    count = len(errors)
    return DomainError(
        "validation_failed", "One value is wrong." if count == 1 else f"{count} values are wrong.", errors
    )
