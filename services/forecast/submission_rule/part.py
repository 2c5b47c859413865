"""The worker's share: rounds go on, also after a change of calendar."""

from services.forecast.submission_rule.use_cases.set_rules import plan_rounds
from shared.messaging.timers import Timer

ROUNDS = Timer("submission-rounds", 60 * 60, plan_rounds)
