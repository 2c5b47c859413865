"""What must be known before a call, to and from its table."""

from services.leads.call_preparation.domain import USUAL
from services.leads.call_preparation.tables import prep_form
from services.leads.record.sole_setting import SoleSetting

REQUIRED = SoleSetting(prep_form, "required", list(USUAL))
