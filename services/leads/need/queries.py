"""Whom a product helps."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Row, any_, func, select, true

from services.leads.lead.domain import OPEN
from services.leads.lead.queries import LEADS, shown
from services.leads.lead.scope import visible
from services.leads.need.schemas import Prospect
from services.leads.need.tables import lead_need, product_need
from shared.contracts.identity import Identity
from shared.web.listing import Field, Listing

_LEAD = LEADS.table.c
_SAID = func.unnest(lead_need.c.tags).table_valued("tag", name="said").render_derived()
_MATCHING = (
    select(func.array_agg(func.distinct(_SAID.c.tag)))
    .select_from(lead_need.join(_SAID, true()))
    .where(
        lead_need.c.lead_id == _LEAD.id,
        lead_need.c.archived_at.is_(None),
        _SAID.c.tag == any_(product_need.c.tags),
    )
    .correlate(LEADS.table, product_need)
    .scalar_subquery()
)
_NEEDS_IT = (
    select(lead_need.c.id)
    .where(
        lead_need.c.lead_id == _LEAD.id,
        lead_need.c.archived_at.is_(None),
        lead_need.c.tags.overlap(product_need.c.tags),
    )
    .correlate(LEADS.table, product_need)
    .exists()
)
_COUNT = func.coalesce(func.cardinality(_MATCHING), 0)
PROSPECTS = Listing(
    name="prospects",
    table=LEADS.table.join(product_need, _NEEDS_IT),
    default_sort="-matching",
    fields={
        **LEADS.fields,
        "product_id": Field(product_need.c.product_id, "uuid"),
        "matching": Field(_COUNT, "int", sortable=True, nullable=False),
        "pair": Field(
            func.concat(_LEAD.id, product_need.c.product_id), "text", filterable=False, nullable=False
        ),
    },
    columns=[
        *(LEADS.columns or ()),
        product_need.c.product_id,
        _COUNT.label("matching"),
        _MATCHING.label("matching_tags"),
    ],
    item_fields=tuple(Prospect.model_fields),
    id_field="pair",
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


def prospect_shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as a Prospect."""
    of_pair = {"product_id": row.product_id, "matching": row.matching}
    return {**shown(row), **of_pair, "matching_tags": sorted(row.matching_tags)}
