"""What the gateway's worker reads and what it does with it: everything, into the feed."""

from services.gateway.feed import consumer as feed
from shared.contracts.catalogue import subscriptions
from shared.messaging.handlers import Handlers

SUBSCRIPTIONS = subscriptions("gateway")
HANDLERS: Handlers = feed.HANDLERS
