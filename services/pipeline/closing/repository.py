"""Closings to and from their table."""

from sqlalchemy import FromClause

from services.pipeline.closing.domain import Closing
from services.pipeline.closing.tables import closing
from services.pipeline.records import Records

CLOSINGS = Records(closing, Closing, "closing")
CLOSING_ROWS: FromClause = closing
"""For the reads of other capabilities: id (the deal's), signing_date."""
