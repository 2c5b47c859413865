"""The worker's share: the row of nights begins."""

from services.forecast.accuracy.use_cases.keep_figures import plan_first_night
from shared.messaging.timers import Timer

NIGHTS = Timer("accuracy-nights", 60 * 60, plan_first_night)
