"""At its day an issue is compared again: is the leak mended?"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.scope import readable_by
from services.pipeline.issue import repository
from services.pipeline.issue.domain import Evidence, Issue, Recheck, Viewpoint, judged, level
from services.pipeline.issue.use_cases.telling import fact, plan_recheck
from services.pipeline.leak.domain.counts import Count
from services.pipeline.leak.queries import Asked, Span
from services.pipeline.leak.use_cases.measure_cut import measure_cut
from services.pipeline.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.web.merge import require_version

AGAIN_AFTER = timedelta(days=28)
"""When nothing can be said yet, so much later it is tried again."""


async def recheck_due(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Those whose day has come. What has ended meanwhile is left alone."""
    for issue in await repository.hold(connection, [each.subject_id for each in entries]):
        if issue.alive and issue.evidence is not None and issue.recheck_on is not None:
            await _recheck(connection, issue, issue.evidence, now)


async def recheck_issue(
    connection: AsyncConnection,
    issue_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> Issue:
    """Compared now, whatever day was planned. Refuses with `issue_not_found`, `version_conflict`, and with
    `state_conflict` what has ended or has no figures."""
    issue = await repository.get(connection, issue_id, caller, lock=True)
    if seen_version is not None:
        require_version(issue.version, seen_version)
    if not issue.alive or issue.evidence is None:
        detail = "It has ended." if issue.evidence else "There are no figures: it is about no stage."
        raise DomainError("state_conflict", detail)
    return await _recheck(connection, issue, issue.evidence, now)


async def _recheck(connection: AsyncConnection, issue: Issue, evidence: Evidence, now: datetime) -> Issue:
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    today = calendar.local_date(now)
    recheck = await _compared(connection, issue, evidence, today=today, now=now)
    again_on = today + AGAIN_AFTER if recheck.verdict == "undecided" else None
    after, event = issue.compared(recheck, again_on=again_on, now=now)
    await repository.save(connection, after, fact(after, event, now))
    await plan_recheck(connection, after, calendar)
    return after


async def _compared(
    connection: AsyncConnection, issue: Issue, evidence: Evidence, *, today: date, now: datetime
) -> Recheck:
    """Since a fix is in place, or since it was opened, with what counted as too long then."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    begins = issue.watched_since or calendar.local_date(issue.created_at)
    asked = Asked(
        span=Span(calendar.start_of(evidence.begins), calendar.start_of(begins), now),
        organisation=organisation,
        readable=await readable_by(connection, _seen_by(issue.viewpoint)),
        limit_days=evidence.limit_days,
    )
    if issue.stage_id is None or issue.measure is None:
        raise DomainError("state_conflict", "There are no figures: it is about no stage.")
    found = await measure_cut(connection, asked, issue.stage_id, issue.measure, issue.cut)
    rest = level(found.references.get("rest", Count()))
    return judged(
        today,
        begins,
        now=level(found.now),
        leak=evidence.now,
        reference=evidence.reference if evidence.against == "earlier" else rest,
    )


def _seen_by(viewpoint: Viewpoint) -> Identity:
    return Identity(
        sub=viewpoint.sub,
        kind="service" if viewpoint.role == "system" else "member",
        role=viewpoint.role,
        scope=viewpoint.scope,
        team_ids=viewpoint.team_ids,
    )
