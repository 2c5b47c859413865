"""The list of suggestions."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from services.leads.record.columns import search_column
from services.leads.suggestion.domain import MENTIONS, STATES, STATUSES
from services.leads.suggestion.schemas import SuggestionOut, relevance_out
from services.leads.suggestion.tables import SEARCHED
from services.leads.suggestion.tables import lead_suggestion as table
from shared.web.listing import Field, Listing

SUGGESTIONS = Listing(
    name="lead-suggestions",
    table=table,
    default_sort="-relevance",
    fields={
        "id": Field(table.c.id, "uuid", sortable=True),
        "status": Field(table.c.status, "enum", values=STATUSES),
        "network": Field(table.c.network, "text"),
        "external_id": Field(table.c.external_id, "text"),
        "author": Field(table.c.author, "text"),
        "mentioned": Field(table.c.mentioned, "enum", values=MENTIONS),
        "relevance": Field(table.c.relevance, "decimal", sortable=True),
        "relevance_state": Field(table.c.relevance_state, "enum", values=STATES),
        "posted_at": Field(table.c.posted_at, "datetime", sortable=True),
        "created_at": Field(table.c.created_at, "datetime", sortable=True),
        "decided_at": Field(table.c.decided_at, "datetime"),
        "decided_by": Field(table.c.decided_by, "text"),
        "lead_id": Field(table.c.lead_id, "uuid"),
    },
    text=[search_column(table, *SEARCHED)],
    columns=[table.c[name] for name in SuggestionOut.model_fields],
    item_fields=tuple(SuggestionOut.model_fields),
)
STATUS = table.c.status


def suggestion_shown(row: Row[Any]) -> Mapping[str, Any]:
    """A row of the list."""
    return {
        **{name: row._mapping[name] for name in SuggestionOut.model_fields},
        "relevance": relevance_out(row.relevance),
    }
