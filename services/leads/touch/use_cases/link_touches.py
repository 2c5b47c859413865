"""The lead that touches are of may become part of another."""

from services.leads.record.use_cases.relink import PlainLink
from services.leads.touch.tables import lead_touch

OF_LEAD = PlainLink("touches", "lead_id", lead_touch)
"""The touches of a lead."""
