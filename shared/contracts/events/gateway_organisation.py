"""Topic `gateway.organisation`: the calendar and the currencies everybody reckons with."""

from datetime import date
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.money import CurrencyCode


class DatedRate(BaseModel):
    """One unit of `currency` is `rate` units of the base currency from `valid_from` until the next rate."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    currency: CurrencyCode
    valid_from: date
    rate: Decimal


class OpenHours(BaseModel):
    """On an ISO weekday (1 Monday), local times from 00:00 to 24:00."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    weekday: int
    start: str
    end: str


class OrganisationState(Event):
    """The organisation's settings after the change. Month 1 is January; working days are ISO (1 Monday).

    `working_hours`: a weekday not named is closed; null: 09:00 to 17:00 on working days.
    `closed_days`: dates on which nobody works.
    """

    organisation_id: UUID
    name: str
    base_currency: CurrencyCode
    time_zone: str
    fiscal_year_start_month: int = 1
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)
    working_hours: tuple[OpenHours, ...] | None = None
    closed_days: tuple[date, ...] = ()


class OrganisationChanged(OrganisationState):
    type: ClassVar[str] = "gateway.organisation.changed"


class ExchangeRatesSet(OrganisationState):
    """Dated rates were added or corrected; `rates` holds those, not all."""

    type: ClassVar[str] = "gateway.organisation.rates_set"

    rates: tuple[DatedRate, ...] = ()


EVENTS = (OrganisationChanged, ExchangeRatesSet)
