"""What this service reads from Kafka, and what it does with it."""

from services.pipeline.account import consumer as account
from services.pipeline.deal import consumer as deal
from services.pipeline.deal_contact import consumer as deal_contact
from services.pipeline.deal_time import consumer as deal_time
from services.pipeline.issue import consumer as issue
from services.pipeline.order import consumer as order
from services.pipeline.tables import ORGANISATION
from shared.contracts.catalogue import subscriptions
from shared.messaging.handlers import Handlers
from shared.organisation.projection import organisation_handlers

SUBSCRIPTIONS = subscriptions("pipeline")
HANDLERS: Handlers = {
    **organisation_handlers(ORGANISATION),
    **account.HANDLERS,
    **deal.HANDLERS,
    **deal_contact.HANDLERS,
    **deal_time.HANDLERS,
    **issue.HANDLERS,
    **order.HANDLERS,
}
