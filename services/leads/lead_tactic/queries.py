"""The list of tactics."""

from typing import Any

from sqlalchemy import Row

from services.leads.lead_tactic.schemas import TacticOut
from services.leads.lead_tactic.tables import MONEY, lead_tactic
from services.leads.record.domain import money_of
from shared.web.listing import Field, Listing

_PLAIN = tuple(name for name in TacticOut.model_fields if name not in MONEY)
TACTICS = Listing(
    name="lead-tactics",
    table=lead_tactic,
    default_sort="-starts_on",
    fields={
        "id": Field(lead_tactic.c.id, "uuid", sortable=True),
        "name": Field(lead_tactic.c.name, "text", sortable=True),
        "owner_id": Field(lead_tactic.c.owner_id, "uuid"),
        "starts_on": Field(lead_tactic.c.starts_on, "date", sortable=True),
        "ends_on": Field(lead_tactic.c.ends_on, "date"),
        "created_at": Field(lead_tactic.c.created_at, "datetime", sortable=True),
        "archived_at": Field(lead_tactic.c.archived_at, "datetime"),
    },
    columns=[
        *(lead_tactic.c[name] for name in _PLAIN),
        *(lead_tactic.c[f"{name}_{part}"] for name in MONEY for part in ("amount", "currency")),
    ],
    item_fields=tuple(TacticOut.model_fields),
)


def tactic_shown(row: Row[Any]) -> TacticOut:
    """A row of the list."""
    values = dict(row._mapping)
    money = {name: money_of(values[f"{name}_amount"], values[f"{name}_currency"]) for name in MONEY}
    return TacticOut.model_validate({**{name: values[name] for name in _PLAIN}, **money})
