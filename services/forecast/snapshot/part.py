"""The worker's share: the row of days begins."""

from services.forecast.snapshot.use_cases.take_daily import plan_first_day
from shared.messaging.timers import Timer

DAYS = Timer("snapshot-days", 60 * 60, plan_first_day)
