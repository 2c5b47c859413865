"""Activities touch deals and are planned for them; new working days move what is due."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_activity.projection import record_activities
from services.pipeline.deal_time.use_cases.reckon_deals import changed, sweep
from services.pipeline.tables import ORGANISATION
from shared.agenda.planning import plan_work
from shared.contracts.events import leads_activity
from shared.contracts.events.gateway_organisation import OrganisationChanged
from shared.messaging.handlers import Delivery, Handlers
from shared.organisation.projection import organisation_handlers

_OF_DAYS = frozenset({"time_zone", "working_days", "working_hours", "closed_days"})
_KNOW_ORGANISATION = organisation_handlers(ORGANISATION)[OrganisationChanged]


async def on_activities(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    deals = await record_activities(connection, [(each.event, each.envelope) for each in deliveries])
    at = max(each.envelope.time for each in deliveries)
    await plan_work(connection, changed(sorted(deals), at))


async def on_organisation(connection: AsyncConnection, deliveries: Sequence[Delivery]) -> None:
    """The replica knows it first; then all open deals are reckoned anew."""
    await _KNOW_ORGANISATION(connection, deliveries)
    at = [each.envelope.time for each in deliveries if _OF_DAYS.intersection(each.event.changed)]
    if at:
        await plan_work(connection, [sweep(None, at=max(at))])


HANDLERS: Handlers = {
    **dict.fromkeys(leads_activity.EVENTS, on_activities),
    OrganisationChanged: on_organisation,
}
