"""Needs to and from their table."""

from sqlalchemy import FromClause

from services.pipeline.deal_need.domain import DealNeed
from services.pipeline.deal_need.tables import deal_need
from services.pipeline.records import Records

NEEDS = Records(deal_need, DealNeed, "need")
NEED_ROWS: FromClause = deal_need
"""For the reads of other capabilities: deal_id, withdrawn_at."""
