"""What the forecast worker reads and what it does with it."""

from services.forecast.account import consumer as account
from services.forecast.activity_ledger import consumer as activity_ledger
from services.forecast.alert import consumer as alert
from services.forecast.deal_ledger import consumer as deal_ledger
from services.forecast.gap_watch.consumer import watching_deals
from services.forecast.lead_ledger import consumer as lead_ledger
from services.forecast.product import consumer as product
from services.forecast.rollup import consumer as rollup
from services.forecast.rollup.consumer import followed
from services.forecast.structure.consumer import keeping_history
from services.forecast.tables import ORGANISATION
from services.forecast.territory import consumer as territory
from shared.contracts.catalogue import subscriptions
from shared.messaging.handlers import Handlers
from shared.organisation.projection import organisation_handlers

SUBSCRIPTIONS = subscriptions("forecast")
HANDLERS: Handlers = {
    **keeping_history(followed(organisation_handlers(ORGANISATION), rollup.keeping_days)),
    **product.HANDLERS,
    **account.HANDLERS,
    **followed(territory.HANDLERS, rollup.placing_by_territories),
    **followed(lead_ledger.HANDLERS, rollup.placing_by_leads),
    **activity_ledger.HANDLERS,
    **alert.HANDLERS,
    **followed(followed(deal_ledger.HANDLERS, rollup.counting_deals), watching_deals),
}
