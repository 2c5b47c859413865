"""The forecast database's metadata and the tables that come from `shared`. Imports no capability."""

from shared.agenda.tables import agenda_table
from shared.messaging.outbox import Outbox
from shared.messaging.tables import messaging_tables
from shared.organisation.tables import organisation_tables
from shared.persistence.naming import new_metadata
from shared.web.idempotency import idempotency_table

SOURCE = "/forecast"

metadata = new_metadata()
MESSAGING = messaging_tables(metadata)
ORGANISATION = organisation_tables(metadata)
IDEMPOTENCY = idempotency_table(metadata)
AGENDA = agenda_table(metadata)
OUTBOX = Outbox(MESSAGING)
