"""Whoever agreed may turn out to be known twice."""

from services.leads.consent.tables import consent
from services.leads.record.use_cases.relink import PlainLink

OF_LEAD = PlainLink("consents", "lead_id", consent)
OF_CONTACT = PlainLink("consents", "contact_id", consent)
"""What a lead, or a contact, agreed to."""
