"""A deal of a ledger as the row it counts as. Whoever counts deals does it by this."""

from typing import Any

from sqlalchemy import ColumnElement, Date, FromClause, and_, case, cast, func

AS_IT_STANDS = (
    *("deal_id", "owner_id", "product_id", "pipeline_id", "stage_id", "stage", "source", "probability"),
    *("amount", "currency", "base_amount", "base_currency"),
)
"""Columns taken from the ledger as they are."""


def bucket_of(deal: FromClause) -> ColumnElement[Any]:
    """The category a deal is added up under; null when it is in no figure: lost, omitted, won without a date.

    An open deal that somebody put into `closed` is not won: it counts as commit.
    """
    category = deal.c.forecast_category
    is_open = deal.c.status == "open"
    return case(
        (and_(deal.c.status == "won", deal.c.closed_at.is_not(None)), "closed"),
        (and_(is_open, category == "closed"), "commit"),
        (and_(is_open, category != "omitted"), category),
    )


def closes_on(deal: FromClause, time_zone: ColumnElement[Any]) -> ColumnElement[Any]:
    """The local day a deal was won on, or is expected to close on."""
    closed_on = cast(func.timezone(time_zone, deal.c.closed_at), Date)
    return case((deal.c.status == "won", closed_on), else_=deal.c.expected_close)
