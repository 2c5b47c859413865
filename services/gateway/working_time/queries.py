"""The lists of closed days and of what was done to the working time."""

from services.gateway.organisation.repository import CLOSED_DAY_ROWS
from services.gateway.working_time.schemas import WorkingTimeStep
from services.gateway.working_time.tables import working_time_step
from shared.web.listing import Field, Listing

CLOSED_DAYS = Listing(
    name="closed-days",
    table=CLOSED_DAY_ROWS,
    default_sort="day",
    id_field="day",
    fields={
        "day": Field(CLOSED_DAY_ROWS.c.day, "date", sortable=True),
        "name": Field(CLOSED_DAY_ROWS.c.name, "text"),
        "country": Field(CLOSED_DAY_ROWS.c.country, "text"),
    },
)
_S = working_time_step.c
STEPS = Listing(
    name="working-time-steps",
    table=working_time_step,
    default_sort="-at",
    fields={
        "id": Field(_S.id, "uuid", sortable=True),
        "at": Field(_S.at, "datetime", sortable=True),
        "what": Field(_S.what, "text"),
        "by": Field(_S.by, "text"),
    },
    columns=[_S[name] for name in WorkingTimeStep.model_fields],
    item_fields=tuple(WorkingTimeStep.model_fields),
)
