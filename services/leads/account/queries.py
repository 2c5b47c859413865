"""The list of accounts."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Subquery, select

from services.leads.account.schemas import AccountOut
from services.leads.account.scope import visible
from services.leads.account.tables import SEARCHED, account
from services.leads.record.columns import search_column
from services.leads.record.domain import money_of
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_SHOWN = tuple(name for name in AccountOut.model_fields if name != "annual_revenue")

ACCOUNTS = Listing(
    name="accounts",
    table=account,
    default_sort="-created_at",
    fields={
        "id": Field(account.c.id, "uuid", sortable=True),
        "name": Field(account.c.name, "text"),
        "industry": Field(account.c.industry, "text"),
        "country": Field(account.c.country, "text"),
        "employees": Field(account.c.employees, "int"),
        "segment": Field(account.c.segment, "text"),
        "segment_by": Field(account.c.segment_by, "enum", values=("member", "rule")),
        "parent_id": Field(account.c.parent_id, "uuid"),
        "owner_id": Field(account.c.owner_id, "uuid"),
        "merged_into": Field(account.c.merged_into, "uuid"),
        "source_system": Field(account.c.source_system, "text"),
        "external_id": Field(account.c.external_id, "text"),
        "created_at": Field(account.c.created_at, "datetime", sortable=True),
        "updated_at": Field(account.c.updated_at, "datetime", sortable=True),
        "archived_at": Field(account.c.archived_at, "datetime"),
    },
    text=[search_column(account, *SEARCHED)],
    columns=[
        *(account.c[name] for name in _SHOWN),
        account.c.revenue_amount,
        account.c.revenue_currency,
    ],
    item_fields=tuple(AccountOut.model_fields),
)


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as AccountOut."""
    columns = row._mapping
    item = {name: columns[name] for name in _SHOWN}
    return {**item, "annual_revenue": money_of(columns["revenue_amount"], columns["revenue_currency"])}


def accounts_seen_by(identity: Identity, *names: str) -> Subquery:
    """These columns of the accounts the caller may see."""
    kept = (account.c.archived_at.is_(None), account.c.merged_into.is_(None))
    return (
        select(*(account.c[name] for name in names)).where(visible(identity), *kept).subquery("seen_account")
    )


def segments_of_accounts() -> Subquery:
    """Segment by the account's id, of those that have one, whoever owns them."""
    query = select(account.c.id, account.c.segment).where(account.c.segment.is_not(None))
    return query.subquery("of_account")
