"""Deals as others show them."""

from sqlalchemy import Subquery, select

from services.forecast.deal_ledger.tables import deal_now


def names_of_deals() -> Subquery:
    """What each deal is called now, by `deal_id`. PostgreSQL pulls the subquery up."""
    return select(deal_now.c.deal_id, deal_now.c.name).subquery("named_deal")
