"""An alert learns who mends what is behind it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.alert import repository
from shared.contracts.events.pipeline_issue import IssueState


async def link_issue(
    connection: AsyncConnection, issue: IssueState, alert_id: UUID, *, now: datetime
) -> None:
    """The issue as it stands, and the leak it was opened about. An alert that is not there is passed over."""
    for alert in await repository.hold(connection, [alert_id]):
        await repository.save(connection, alert.link(issue.issue_id, issue.status, issue.leak, now=now))
