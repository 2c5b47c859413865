"""What the forecast worker does by the agenda: kind of entry -> handler."""

from services.forecast.rollup.domain import REMAKE
from services.forecast.rollup.use_cases.remake_cells import remake_part
from services.forecast.snapshot.domain import DAILY
from services.forecast.snapshot.use_cases.take_daily import take_daily
from shared.agenda.due_work import Handlers

DUE: Handlers = {}
LONG: Handlers = {DAILY: take_daily, REMAKE: remake_part}
"""Work that reckons with many deals, done beside the other, so that nothing that is due waits for it."""
