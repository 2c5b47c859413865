"""The list of programmes."""

from typing import Any

from sqlalchemy import Row

from services.leads.partner_program.schemas import ProgramOut
from services.leads.partner_program.tables import partner_program
from shared.web.listing import Field, Listing

_program = partner_program.c
PROGRAMS = Listing(
    name="partner-programs",
    table=partner_program,
    default_sort="name",
    fields={
        "id": Field(_program.id, "uuid", sortable=True),
        "name": Field(_program.name, "text", sortable=True),
        "active": Field(_program.active, "bool"),
        "archived_at": Field(_program.archived_at, "datetime"),
        "created_at": Field(_program.created_at, "datetime", sortable=True),
    },
    columns=[_program[name] for name in ProgramOut.model_fields],
    item_fields=tuple(ProgramOut.model_fields),
)


def shown(row: Row[Any]) -> ProgramOut:
    """A row of the list."""
    return ProgramOut.model_validate(dict(row._mapping))
