"""The worker's share: nights begin, and deals that changed are reckoned anew."""

from services.forecast.prediction.use_cases.request_prediction import follow_changes
from shared.messaging.timers import Timer

CHANGES = Timer("prediction-changes", 5, follow_changes)
