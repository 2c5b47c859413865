"""The list of runs."""

from services.pipeline.leak_run.schemas import LeakRunOut
from services.pipeline.leak_run.tables import leak_run
from shared.web.listing import Field, Listing

_R = leak_run.c
LISTING = Listing(
    name="leak-runs",
    table=leak_run,
    fields={
        "id": Field(_R.id, "uuid"),
        "at": Field(_R.at, "datetime", sortable=True),
        "found": Field(_R.found, "int", sortable=True),
        "comparisons": Field(_R.comparisons, "int"),
    },
    default_sort="-at",
    columns=tuple(_R[name] for name in LeakRunOut.model_fields),
    item_fields=tuple(LeakRunOut.model_fields),
)
