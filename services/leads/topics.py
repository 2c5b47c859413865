"""What the leads worker reads and what it does with it."""

from services.leads.deal_link import consumer as deal_link
from services.leads.partner import consumer as partner
from services.leads.product import consumer as product
from services.leads.tables import ORGANISATION
from shared.contracts.catalogue import subscriptions
from shared.messaging.handlers import Handlers
from shared.organisation.projection import organisation_handlers

SUBSCRIPTIONS = subscriptions("leads")
HANDLERS: Handlers = {
    **organisation_handlers(ORGANISATION),
    **deal_link.HANDLERS,
    **partner.HANDLERS,
    **product.HANDLERS,
}
