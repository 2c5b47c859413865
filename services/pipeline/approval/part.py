"""The worker's share: approvals end."""

from services.pipeline.approval.use_cases.decide_approvals import end_approvals
from shared.messaging.timers import Timer

ENDING = Timer("approvals", 5, end_approvals)
