"""What a deal is worth in the currency asked for, as SQL over its row.

Each deal is converted by itself and rounded to the cent, so that a figure is the sum of the deals behind it.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import ColumnElement, FromClause, Numeric, Text, and_, case, cast, func, literal, null, select

from services.forecast.tables import ORGANISATION

RatesOf = Literal["dated", "current"]


@dataclass(frozen=True, slots=True)
class Price:
    """Amounts in `currency`; `base` is the organisation's. `today` is the organisation's day.

    Dated: the amount in base currency, as it was fixed at the deal's own day, at the rate of the day it
    closed or is to close on, of today at most. Current: the deal's own amount at the rates of today. A deal
    whose own amount is in `currency` is worth just that.
    """

    currency: str
    base: str
    rates: RatesOf
    today: date

    @property
    def is_plain(self) -> bool:
        """Whether amounts in base currency are taken as they are."""
        return self.currency == self.base and self.rates == "dated"

    def amount(self, deal: FromClause) -> ColumnElement[Any]:
        """Null for a deal without an amount, or without one that can be converted."""
        if self.is_plain:
            return case((deal.c.base_currency == self.base, deal.c.base_amount))
        own = deal.c.currency == self.currency
        if self.rates == "dated":
            converted = case((deal.c.base_currency == self.base, deal.c.base_amount)) / self._rate(
                literal(self.currency), self._day(deal)
            )
        else:
            today = literal(self.today)
            converted = (
                deal.c.amount * self._rate(deal.c.currency, today) / self._rate(literal(self.currency), today)
            )
        return case((own, deal.c.amount), else_=func.round(cast(converted, Numeric), 2))

    def missing(self, deal: FromClause) -> ColumnElement[Any]:
        """`USD 2027-03-01` where there is an amount but not the rate it needs; else null."""
        if self.is_plain:
            return cast(null(), Text)
        if self.rates == "dated":
            known = and_(deal.c.base_currency == self.base, deal.c.base_amount.is_not(None))
            return self._said(deal, known, literal(self.currency), self._day(deal))
        today = literal(self.today)
        lacks = self._rate(deal.c.currency, today).is_(None)
        wanted = case((lacks, deal.c.currency), else_=self.currency)
        return self._said(deal, deal.c.amount.is_not(None), wanted, today)

    def _said(
        self,
        deal: FromClause,
        known: ColumnElement[bool],
        wanted: ColumnElement[Any],
        day: ColumnElement[Any],
    ) -> ColumnElement[Any]:
        lacks = and_(known, self.amount(deal).is_(None))
        return case((lacks, func.concat(wanted, " ", day)))

    def _day(self, deal: FromClause) -> ColumnElement[Any]:
        return func.least(deal.c.closes_on, self.today)

    def _rate(self, currency: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[Any]:
        """Units of base currency for one of this, in force on the day."""
        rate = ORGANISATION.exchange_rate.c
        found = (
            select(rate.rate)
            .where(rate.currency == currency, rate.valid_from <= on)
            .order_by(rate.valid_from.desc())
            .limit(1)
            .scalar_subquery()
        )
        return case((currency == self.base, literal(Decimal(1))), else_=found)
