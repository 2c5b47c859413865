"""The list of rules."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from services.leads.routing_rule.schemas import RuleOut
from services.leads.routing_rule.tables import routing_rule as rule
from shared.web.listing import Field, Listing

_NAMES = tuple(name for name in RuleOut.model_fields if name != "group")

RULES = Listing(
    name="routing-rules",
    table=rule,
    default_sort="position",
    fields={
        "id": Field(rule.c.id, "uuid", sortable=True),
        "name": Field(rule.c.name, "text"),
        "position": Field(rule.c.position, "int", sortable=True),
        "active": Field(rule.c.active, "bool"),
        "created_at": Field(rule.c.created_at, "datetime", sortable=True),
        "updated_at": Field(rule.c.updated_at, "datetime"),
    },
    columns=[*(rule.c[name] for name in _NAMES), rule.c.seller_group],
    item_fields=tuple(RuleOut.model_fields),
)


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as RuleOut."""
    return dict(zip((*_NAMES, "group"), row, strict=False))
