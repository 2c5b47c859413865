"""Objections to and from their table."""

from sqlalchemy import FromClause

from services.pipeline.objection.domain import Objection
from services.pipeline.objection.tables import objection
from services.pipeline.records import Records

OBJECTIONS = Records(objection, Objection, "objection")
OBJECTION_ROWS: FromClause = objection
"""For the reads of other capabilities: deal_id, kind, created_at, resolved_at."""
