"""Activities to and from their table."""

from services.leads.activity.domain import Activity
from services.leads.activity.tables import activity
from services.leads.record.record_table import RecordTable

ACTIVITIES = RecordTable(activity, Activity, {})
