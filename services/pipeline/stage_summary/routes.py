"""`/v1/pipeline/summary`: the pipeline at a glance."""

from typing import Any
from uuid import UUID

from services.pipeline.deal.past import deals_as_of, moment_asked, readable_then
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import readable_by
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.stage_summary.queries import by_nearness, by_stage, target_days
from services.pipeline.stage_summary.schemas import DEFINITIONS, Summary
from services.pipeline.tables import ORGANISATION
from shared.organisation.queries import load_organisation, load_working_time, owned_by_team
from shared.reporting.parameters import AsOf
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/pipeline", tags=["pipelines"])


@router.get("/summary", response_model=Summary, openapi_extra=permission("deals:read"))
async def get_summary(
    *,
    pipeline_id: UUID | None = None,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
    caller: Caller,
    connection: Reading,
    asked: AsOf,
    now: Now,
) -> dict[str, Any]:
    """Open, won and lost deals by stage in base currency, of those the caller may see; the open ones also as
    those almost closed and those for later, with the dates they are expected at.

    Without `pipeline_id` the stages of all pipelines. `team_id` means the team and all teams below it.
    `as_of`: as the deals stood then by business time; `known_at`: without what was recorded after. Who may
    see a deal today sees how it stood; stages, teams and the base currency are those of today.
    """
    source, readable = DEALS, await readable_by(connection, caller)
    moment = await moment_asked(connection, asked, now=now)
    if moment is not None:
        source = past = deals_as_of(moment.as_of, moment.known_at)
        readable = readable_then(readable, past)
    owner = source.c.owner_id
    deals = [readable]
    if owner_id is not None:
        deals.append(owner == owner_id)
    if team_id is not None:
        deals.append(owned_by_team(ORGANISATION, owner, team_id))
    stages = [] if pipeline_id is None else [STAGES.c.pipeline_id == pipeline_id]
    organisation = await load_organisation(connection, ORGANISATION)
    working, at = await load_working_time(connection, ORGANISATION), moment.as_of if moment else now
    targets = [] if working.never_open else await target_days(connection)
    late = {days: working.latest_start(at, days) for days in targets}
    summary = await by_stage(
        connection,
        source,
        deals=deals,
        stages=stages,
        currency=organisation.base_currency,
        late=late,
    )
    if pipeline_id is not None:
        deals.append(source.c.pipeline_id == pipeline_id)
    near = await by_nearness(connection, source, deals=deals, currency=organisation.base_currency)
    return {**summary, **near, "definitions": DEFINITIONS}
