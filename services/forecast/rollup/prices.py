"""What a deal is worth in the currency asked for, as SQL over its row.

Each deal is converted by itself and rounded to the cent, so that a figure is the sum of the deals behind it.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Numeric, Text, and_, case, cast, func, literal, null, select

from services.forecast.rollup.domain import Price
from services.forecast.tables import ORGANISATION


def amount_of(price: Price, deal: FromClause) -> ColumnElement[Any]:
    """Null for a deal without an amount, or without one that can be converted."""
    if price.is_plain:
        return case((deal.c.base_currency == price.base, deal.c.base_amount))
    own = deal.c.currency == price.currency
    if price.rates == "dated":
        converted = case((deal.c.base_currency == price.base, deal.c.base_amount)) / _rate(
            price, literal(price.currency), _day(price, deal)
        )
    else:
        today = literal(price.today)
        converted = (
            deal.c.amount
            * _rate(price, deal.c.currency, today)
            / _rate(price, literal(price.currency), today)
        )
    return case((own, deal.c.amount), else_=func.round(cast(converted, Numeric), 2))


def missing_of(price: Price, deal: FromClause) -> ColumnElement[Any]:
    """`USD 2027-03-01` where there is an amount but not the rate it needs; else null."""
    if price.is_plain:
        return cast(null(), Text)
    if price.rates == "dated":
        known = and_(deal.c.base_currency == price.base, deal.c.base_amount.is_not(None))
        return _said(price, deal, known, literal(price.currency), _day(price, deal))
    today = literal(price.today)
    lacks = _rate(price, deal.c.currency, today).is_(None)
    wanted = case((lacks, deal.c.currency), else_=price.currency)
    return _said(price, deal, deal.c.amount.is_not(None), wanted, today)


def _said(
    price: Price,
    deal: FromClause,
    known: ColumnElement[bool],
    wanted: ColumnElement[Any],
    day: ColumnElement[Any],
) -> ColumnElement[Any]:
    lacks = and_(known, amount_of(price, deal).is_(None))
    return case((lacks, func.concat(wanted, " ", day)))


def _day(price: Price, deal: FromClause) -> ColumnElement[Any]:
    return func.least(deal.c.closes_on, price.today)


def _rate(price: Price, currency: ColumnElement[Any], on: ColumnElement[Any]) -> ColumnElement[Any]:
    """Units of base currency for one of this, in force on the day."""
    rate = ORGANISATION.exchange_rate.c
    found = (
        select(rate.rate)
        .where(rate.currency == currency, rate.valid_from <= on)
        .order_by(rate.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )
    return case((currency == price.base, literal(Decimal(1))), else_=found)
