"""The replica of accounts, for other capabilities to reckon with."""

from sqlalchemy import Subquery, select

from services.forecast.account.tables import known_account


def countries_of_accounts() -> Subquery:
    """`country` by `account_id`. PostgreSQL pulls the subquery up."""
    return select(known_account.c.account_id, known_account.c.country).subquery("account")
