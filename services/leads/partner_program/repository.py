"""Programmes to and from their table."""

from services.leads.partner_program.domain import PartnerProgram
from services.leads.partner_program.tables import partner_program
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

PROGRAMS = RecordTable(partner_program, PartnerProgram, {}, history_of("partner_program"))
