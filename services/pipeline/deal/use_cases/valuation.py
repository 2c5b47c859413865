"""What an amount is worth in the organisation's currency, and which instant a day means, by its calendar."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.tables import ORGANISATION
from shared.contracts.currencies import Rates
from shared.contracts.money import Money
from shared.contracts.periods import Calendar
from shared.organisation.queries import load_organisation, load_rates


@dataclass(frozen=True, slots=True)
class Valuation:
    """The calendar, and the rates of the currencies it was loaded for."""

    calendar: Calendar
    rates: Rates

    def base(self, amount: Money | None, at: datetime) -> Money | None:
        """The amount in base currency at the rate of the local day of `at`. Refuses with `rate_missing`."""
        return None if amount is None else self.rates.to_base(amount, self.calendar.local_date(at))

    def instant(self, when: date | None, *, not_before: datetime | None = None) -> datetime | None:
        """An instant as it is; a day as its start, or as `not_before` when that lies within the same day."""
        if when is None or isinstance(when, datetime):
            return when
        if not_before is not None and self.calendar.local_date(not_before) == when:
            return not_before
        return self.calendar.start_of(when)


async def load_valuation(connection: AsyncConnection, amounts: Iterable[Money | None]) -> Valuation:
    """What is needed to value these amounts. Refuses with `organisation_unknown`."""
    organisation = await load_organisation(connection, ORGANISATION)
    currencies = {amount.currency for amount in amounts if amount is not None}
    rates = await load_rates(connection, ORGANISATION, currencies, organisation.base_currency)
    return Valuation(organisation.calendar, rates)
