"""Lists of requests for help: of a deal, and of all deals the caller reads."""

from typing import get_args

from services.pipeline.deal.rows import DEALS
from services.pipeline.help_request.domain import HelpStatus
from services.pipeline.help_request.schemas import HelpOut
from services.pipeline.help_request.tables import help_request
from shared.web.listing import Field, Listing

_H = help_request.c
LISTING = Listing(
    name="help-requests",
    table=help_request.join(DEALS, DEALS.c.id == _H.deal_id),
    fields={
        "id": Field(_H.id, "uuid"),
        "deal_id": Field(_H.deal_id, "uuid"),
        "status": Field(_H.status, "enum", values=get_args(HelpStatus)),
        "asked_by": Field(_H.asked_by, "text"),
        "answered_by": Field(_H.answered_by, "text"),
        "created_at": Field(_H.created_at, "datetime", sortable=True),
        "answered_at": Field(_H.answered_at, "datetime", sortable=True),
    },
    default_sort="-created_at",
    text=(_H.question, _H.answer),
    columns=tuple(_H[name] for name in HelpOut.model_fields),
    item_fields=tuple(HelpOut.model_fields),
)
