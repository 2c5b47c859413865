"""The replica of accounts, for other capabilities to reckon with."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.account.tables import known_account


def countries_of_accounts() -> Subquery:
    """`country` by `account_id`. PostgreSQL pulls the subquery up."""
    return select(known_account.c.account_id, known_account.c.country).subquery("account")


async def account_names(connection: AsyncConnection, account_ids: Iterable[UUID]) -> dict[UUID, str]:
    """The names of those accounts that are known here."""
    ids = list(account_ids)
    if not ids:
        return {}
    account = known_account.c
    rows = await connection.execute(
        select(account.account_id, account.name).where(account.account_id == func.any(ids))
    )
    return {row.account_id: row.name for row in rows}
