"""The lead or account that needs are of may become part of another."""

from services.leads.need.tables import lead_need
from services.leads.record.use_cases.relink import PlainLink

OF_LEAD = PlainLink("needs", "lead_id", lead_need)
OF_ACCOUNT = PlainLink("needs", "account_id", lead_need)
"""What a lead, or an account, needs."""
