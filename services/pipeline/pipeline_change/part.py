"""The worker's share: deals of many-deal changes follow, a step at a time."""

from services.pipeline.pipeline_change.use_cases.lead_deals import run_changes
from shared.messaging.timers import Timer

FOLLOWING = Timer("pipeline-changes", 1, run_changes)
