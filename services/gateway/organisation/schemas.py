"""What the organisation looks like in the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from shared.contracts.money import CurrencyCode
from shared.web.concurrency import MergePatch, absent

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
TimeZone = Annotated[str, StringConstraints(max_length=64, pattern=r"^[A-Za-z0-9_+\-/]+$")]
WorkingDays = Annotated[
    list[Annotated[int, Field(ge=1, le=7)]],
    Field(min_length=1, max_length=7, description="ISO: 1 is Monday."),
    AfterValidator(lambda days: sorted(set(days))),
]


def _no_float(value: object) -> object:
    if isinstance(value, float):
        raise ValueError('a rate is a string such as "1.0832" or a whole number, not a float')
    return value


Rate = Annotated[
    Decimal, BeforeValidator(_no_float), Field(gt=0, max_digits=20, decimal_places=10, allow_inf_nan=False)
]


class OrganisationPatch(MergePatch):
    """`base_currency` can change only while there are no exchange rates."""

    name: Name = absent()
    base_currency: CurrencyCode = absent()
    time_zone: TimeZone = absent()
    fiscal_year_start_month: Annotated[int, Field(ge=1, le=12)] = absent()
    working_days: WorkingDays = absent()


class OrganisationOut(BaseModel):
    """The settings."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    base_currency: str
    time_zone: str
    fiscal_year_start_month: int
    working_days: list[int]
    version: int
    created_at: datetime
    updated_at: datetime


class RateIn(BaseModel):
    """One unit of `currency` is `rate` units of the base currency from `valid_from` until the next rate."""

    model_config = ConfigDict(extra="forbid")

    currency: CurrencyCode
    valid_from: date
    rate: Rate


class RatesIn(BaseModel):
    """1 to 1,000 rates; one of the same currency and day is corrected, all others stay."""

    model_config = ConfigDict(extra="forbid")

    items: Annotated[list[RateIn], Field(min_length=1, max_length=1000)]


class RateOut(BaseModel):
    """A dated rate."""

    currency: str
    valid_from: date
    rate: Decimal
    set_at: datetime


class RatesSet(BaseModel):
    """How many rates were set, and the organisation's version after it."""

    set: int
    version: int
