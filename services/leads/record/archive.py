"""Lists leave out what is put away or was merged into another, unless they are asked about it."""

from functools import lru_cache
from typing import Any

from fastapi import Request
from sqlalchemy import ColumnElement, and_, true

from shared.web.listing import Listing

_HIDDEN = ("archived_at", "merged_into")


def unless_asked(request: Request, listing: Listing) -> ColumnElement[bool]:
    """Nothing put away and nothing that became part of another record, unless the query has a filter on
    `archived_at` (`is:notnull` shows the archive) or `merged_into`."""
    fields = listing.fields
    hidden = [name for name in _HIDDEN if name in fields and name not in request.query_params]
    return _unset(tuple(fields[name].column for name in hidden))


@lru_cache(maxsize=256)
def _unset(columns: tuple[ColumnElement[Any], ...]) -> ColumnElement[bool]:
    """Made once for each list: it is part of every page."""
    return and_(true(), *(column.is_(None) for column in columns))
