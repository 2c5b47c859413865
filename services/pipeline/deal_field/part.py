"""The worker's share: indexes for own fields come and go."""

from services.pipeline.deal_field.use_cases.keep_indexes import keep_indexes
from shared.messaging.timers import Timer

INDEXING = Timer("deal-field-indexes", 10, keep_indexes)
