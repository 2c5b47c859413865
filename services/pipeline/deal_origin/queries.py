"""What reports may join."""

from sqlalchemy import FromClause

from services.pipeline.deal_origin.tables import deal_origin

ORIGINS: FromClause = deal_origin
"""deal_id, lead_created_at, first_contact_at, channel, category, country, industry, segment."""
