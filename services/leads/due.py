"""What the leads worker does by the agenda: kind of entry -> handler."""

from services.leads.agenda.use_cases.do_due_work import Handlers
from services.leads.lead.domain import TRIAGE
from services.leads.triage.use_cases.triage_leads import triage_leads

DUE: Handlers = {TRIAGE: triage_leads}
