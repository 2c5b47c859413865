"""The worker's share: the row of nights begins."""

from services.pipeline.leak_run.use_cases.run_nightly import plan_first_night
from shared.messaging.timers import Timer

NIGHTS = Timer("leak-nights", 60 * 60, plan_first_night)
