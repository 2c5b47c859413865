"""In which currency a forecast is told, and at which rates."""

from datetime import datetime

from services.forecast.rollup.domain import Price, RatesOf
from shared.organisation.queries import Organisation


def price_of(
    organisation: Organisation, currency: str | None, rates: RatesOf, *, as_of: datetime, now: datetime
) -> Price:
    """Without a currency the organisation's. Dated rates are those known as of then, current ones of now."""
    today = organisation.calendar.local_date(as_of if rates == "dated" else now)
    return Price(currency or organisation.base_currency, organisation.base_currency, rates, today)
