"""What others here may ask of splits."""

from sqlalchemy import FromClause

from services.pipeline.deal_split.tables import deal_split

SPLITS: FromClause = deal_split
"""For joins: deal_id, kind, member_id, percent. The revenue shares of a deal that has any are 100 in all."""
