"""Whom a product helps."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from sqlalchemy import ColumnElement, FromClause, Row, any_, func, select, true

from services.leads.account.queries import ACCOUNTS
from services.leads.account.queries import shown as account_shown
from services.leads.account.scope import visible as visible_accounts
from services.leads.lead.domain import OPEN
from services.leads.lead.queries import LEADS, shown
from services.leads.lead.scope import visible
from services.leads.need.schemas import AccountProspect, Prospect, TagOut
from services.leads.need.tables import lead_need, need_tag, product_need
from services.leads.pursuit.queries import is_marked
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_LEAD, _ACCOUNT = LEADS.table.c, ACCOUNTS.table.c
_SAID = func.unnest(lead_need.c.tags).table_valued("tag", name="said").render_derived()


def _matching(record: FromClause, link: str) -> ColumnElement[Any]:
    """The tags of the record's needs that the product answers."""
    return (
        select(func.array_agg(func.distinct(_SAID.c.tag)))
        .select_from(lead_need.join(_SAID, true()))
        .where(
            lead_need.c[link] == record.c.id,
            lead_need.c.archived_at.is_(None),
            _SAID.c.tag == any_(product_need.c.tags),
        )
        .correlate(record, product_need)
        .scalar_subquery()
    )


def _helped(record: FromClause, link: str) -> FromClause:
    """Each record with every product that answers one of its needs."""
    needs_it = (
        select(lead_need.c.id)
        .where(
            lead_need.c[link] == record.c.id,
            lead_need.c.archived_at.is_(None),
            lead_need.c.tags.overlap(product_need.c.tags),
        )
        .correlate(record, product_need)
        .exists()
    )
    return record.join(product_need, needs_it)


def _prospects(name: str, of: Listing, link: str, shape: type[BaseModel]) -> Listing:
    matching = _matching(of.table, link)
    count = func.coalesce(func.cardinality(matching), 0)
    pair = func.concat(of.table.c.id, product_need.c.product_id)
    return Listing(
        name=name,
        table=_helped(of.table, link),
        default_sort="-matching",
        fields={
            **of.fields,
            "product_id": Field(product_need.c.product_id, "uuid"),
            "matching": Field(count, "int", sortable=True, nullable=False),
            "pair": Field(pair, "text", filterable=False, nullable=False),
        },
        columns=[
            *(of.columns or ()),
            product_need.c.product_id,
            count.label("matching"),
            matching.label("matching_tags"),
        ],
        item_fields=tuple(shape.model_fields),
        id_field="pair",
    )


PROSPECTS = _prospects("prospects", LEADS, "lead_id", Prospect)
ACCOUNT_PROSPECTS = _prospects("account-prospects", ACCOUNTS, "account_id", AccountProspect)
TAGS = Listing(
    name="need-tags",
    table=need_tag,
    default_sort="key",
    fields={
        "id": Field(need_tag.c.id, "uuid", sortable=True),
        "key": Field(need_tag.c.key, "text", sortable=True),
        "name": Field(need_tag.c.name, "text"),
        "active": Field(need_tag.c.active, "bool"),
        "created_at": Field(need_tag.c.created_at, "datetime", sortable=True),
        "archived_at": Field(need_tag.c.archived_at, "datetime"),
    },
    columns=[need_tag.c[name] for name in TagOut.model_fields],
    item_fields=tuple(TagOut.model_fields),
)


def is_prospect(identity: Identity) -> list[ColumnElement[bool]]:
    """Open leads to be pursued."""
    return [
        visible(identity),
        _LEAD.status.in_(OPEN),
        _LEAD.archived_at.is_(None),
        _LEAD.merged_into.is_(None),
        _LEAD.do_not_pursue.is_(False),
    ]


def is_account_prospect(identity: Identity) -> list[ColumnElement[bool]]:
    """Accounts in use that nobody has marked not to be pursued."""
    return [
        visible_accounts(identity),
        _ACCOUNT.archived_at.is_(None),
        _ACCOUNT.merged_into.is_(None),
        ~is_marked("account", _ACCOUNT.id),
    ]


def prospect_shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as a Prospect."""
    return {**shown(row), **_of_pair(row)}


def account_prospect_shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as an AccountProspect."""
    return {**account_shown(row), **_of_pair(row)}


def _of_pair(row: Row[Any]) -> Mapping[str, Any]:
    tags = sorted(row.matching_tags)
    return {"product_id": row.product_id, "matching": row.matching, "matching_tags": tags}
