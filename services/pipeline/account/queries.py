"""What others here may ask of the replica."""

from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, exists, select

from services.pipeline.account.tables import known_account

ACCOUNTS: FromClause = known_account
"""For joins of reports: id, name, country, industry, segment."""


def is_known_account(account_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether there is such an account that is neither put away nor part of another, for another query."""
    there = select(known_account.c.id).where(known_account.c.id == account_id)
    return exists(there.where(known_account.c.archived_at.is_(None), known_account.c.merged_into.is_(None)))
