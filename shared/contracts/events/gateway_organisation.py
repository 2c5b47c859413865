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


class OrganisationState(Event):
    """The organisation's settings after the change. Month 1 is January; working days are ISO (1 Monday)."""

    organisation_id: UUID
    name: str
    base_currency: CurrencyCode
    time_zone: str
    fiscal_year_start_month: int = 1
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)


class OrganisationChanged(OrganisationState):
    type: ClassVar[str] = "gateway.organisation.changed"


class ExchangeRatesSet(OrganisationState):
    """Dated rates were added or corrected; `rates` holds those, not all."""

    type: ClassVar[str] = "gateway.organisation.rates_set"

    rates: tuple[DatedRate, ...] = ()


EVENTS = (OrganisationChanged, ExchangeRatesSet)
