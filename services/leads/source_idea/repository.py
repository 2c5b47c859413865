"""Ideas to and from their table."""

from services.leads.record.record_table import RecordTable
from services.leads.source_idea.domain import SourceIdea
from services.leads.source_idea.tables import lead_source_idea

IDEAS = RecordTable(lead_source_idea, SourceIdea, {})
