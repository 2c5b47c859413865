"""Scenarios as rows, rows as scenarios, and who may see them."""

from typing import Any

from sqlalchemy import ColumnElement, Row, and_

from services.forecast.scenario.schemas import ScenarioOut
from services.forecast.scenario.tables import scenario
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

_S = scenario.c
LISTING = Listing(
    name="scenarios",
    table=scenario,
    default_sort="-created_at",
    fields={
        "id": Field(_S.id, "uuid"),
        "name": Field(_S.name, "text", sortable=True),
        "owner_id": Field(_S.owner_id, "uuid"),
        "created_at": Field(_S.created_at, "datetime", sortable=True),
        "updated_at": Field(_S.updated_at, "datetime", sortable=True),
    },
    text=(_S.name,),
    columns=list(_S),
    item_fields=tuple(ScenarioOut.model_fields),
)


def visible(caller: Identity) -> ColumnElement[bool]:
    """Those that the caller, or whoever the caller sees, has made and not put away."""
    return and_(_S.archived_at.is_(None), owner_scope(ORGANISATION, caller, _S.owner_id))


def shown(row: Row[Any]) -> ScenarioOut:
    """A row as the API shows it."""
    return ScenarioOut.model_validate({name: getattr(row, name) for name in ScenarioOut.model_fields})


def row_of(said: ScenarioOut) -> dict[str, Any]:
    """A scenario as a row of its table."""
    assumptions = [each.model_dump(mode="json") for each in said.assumptions]
    return {**said.model_dump(exclude={"assumptions"}), "assumptions": assumptions}
