"""Issues that were opened for alerts are linked to them."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert.use_cases.link_issue import link_issue
from shared.contracts.envelope import Envelope
from shared.contracts.events import pipeline_issue
from shared.contracts.events.pipeline_issue import IssueState
from shared.messaging.handlers import Handlers, each


async def on_issue(connection: AsyncConnection, event: IssueState, envelope: Envelope) -> None:
    """Issues of no alert are passed over."""
    if event.alert_id is not None:
        await link_issue(connection, event, event.alert_id, now=envelope.time)


HANDLERS: Handlers = dict.fromkeys(pipeline_issue.EVENTS, each(on_issue))
