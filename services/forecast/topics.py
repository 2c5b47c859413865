"""What the forecast worker reads and what it does with it."""

from services.forecast.account import consumer as account
from services.forecast.activity_ledger import consumer as activity_ledger
from services.forecast.deal_ledger import consumer as deal_ledger
from services.forecast.lead_ledger import consumer as lead_ledger
from services.forecast.product import consumer as product
from services.forecast.tables import ORGANISATION
from services.forecast.territory import consumer as territory
from shared.contracts.catalogue import subscriptions
from shared.messaging.handlers import Handlers
from shared.organisation.projection import organisation_handlers

SUBSCRIPTIONS = subscriptions("forecast")
HANDLERS: Handlers = {
    **organisation_handlers(ORGANISATION),
    **product.HANDLERS,
    **account.HANDLERS,
    **territory.HANDLERS,
    **lead_ledger.HANDLERS,
    **activity_ledger.HANDLERS,
    **deal_ledger.HANDLERS,
}
