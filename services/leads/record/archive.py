"""Lists leave out what is put away or was merged into another, unless they are asked about it."""

from fastapi import Request
from sqlalchemy import ColumnElement, and_, true

from shared.web.listing import Listing

_HIDDEN = ("archived_at", "merged_into")


def unless_asked(request: Request, listing: Listing) -> ColumnElement[bool]:
    """Nothing put away and nothing that became part of another record, unless the query has a filter on
    `archived_at` (`is:notnull` shows the archive) or `merged_into`."""
    fields = listing.fields
    return and_(
        true(),
        *(
            fields[name].column.is_(None)
            for name in _HIDDEN
            if name in fields and name not in request.query_params
        ),
    )
