"""The lists of territories, versions and assignments."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from services.leads.territory.domain import STATUSES
from services.leads.territory.schemas import TerritoryOut, VersionOut
from services.leads.territory.tables import territory, territory_assignment, territory_version
from shared.web.listing import Field, Listing

_NAMES = tuple(name for name in TerritoryOut.model_fields if name not in ("id", "territory_version"))

TERRITORIES = Listing(
    name="territories",
    table=territory,
    default_sort="name",
    fields={
        "id": Field(territory.c.territory_id, "uuid", sortable=True),
        "territory_version": Field(territory.c.edition, "int"),
        "name": Field(territory.c.name, "text", sortable=True),
        "parent_id": Field(territory.c.parent_id, "uuid"),
        "manager_id": Field(territory.c.manager_id, "uuid"),
    },
    columns=[territory.c.territory_id, territory.c.edition, *(territory.c[name] for name in _NAMES)],
    item_fields=tuple(TerritoryOut.model_fields),
)

VERSIONS = Listing(
    name="territory-versions",
    table=territory_version,
    default_sort="-number",
    id_field="number",
    fields={
        "number": Field(territory_version.c.number, "int", sortable=True),
        "status": Field(territory_version.c.status, "enum", values=STATUSES),
    },
    columns=[territory_version.c[name] for name in VersionOut.model_fields],
    item_fields=tuple(VersionOut.model_fields),
)

ASSIGNMENTS = Listing(
    name="territory-assignments",
    table=territory_assignment,
    default_sort="-from",
    fields={
        "id": Field(territory_assignment.c.id, "uuid", sortable=True),
        "member_id": Field(territory_assignment.c.member_id, "uuid"),
        "from": Field(territory_assignment.c.starts_at, "datetime", sortable=True),
        "to": Field(territory_assignment.c.ends_at, "datetime"),
    },
    columns=[
        territory_assignment.c.id,
        territory_assignment.c.territory_id,
        territory_assignment.c.member_id,
        territory_assignment.c.starts_at.label("from"),
        territory_assignment.c.ends_at.label("to"),
        territory_assignment.c.created_at,
        territory_assignment.c.created_by,
    ],
    item_fields=("id", "territory_id", "member_id", "from", "to", "created_at", "created_by"),
)


def shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list as TerritoryOut."""
    return dict(zip(("id", "territory_version", *_NAMES), row, strict=False))
