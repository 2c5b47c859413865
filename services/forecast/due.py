"""What the forecast worker does by the agenda: kind of entry -> handler."""

from shared.agenda.due_work import Handlers

DUE: Handlers = {}
LONG: Handlers = {}
"""Work that reckons with many deals, done beside the other, so that nothing that is due waits for it."""
