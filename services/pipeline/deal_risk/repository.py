"""Risks to and from their table."""

from services.pipeline.deal_risk.domain import DealRisk
from services.pipeline.deal_risk.tables import deal_risk
from services.pipeline.records import Records

RISKS = Records(deal_risk, DealRisk, "risk")
