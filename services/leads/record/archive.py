"""Lists leave out what is put away, unless they are asked about it."""

from fastapi import Request
from sqlalchemy import ColumnElement, true

from shared.web.listing import Listing


def unless_asked(request: Request, listing: Listing) -> ColumnElement[bool]:
    """Nothing put away, unless the query has a filter on `archived_at`: `is:notnull` shows the archive."""
    asked = "archived_at" in request.query_params
    return true() if asked else listing.fields["archived_at"].column.is_(None)
