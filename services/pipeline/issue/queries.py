"""The board of issues."""

from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue.domain import ALIVE, Issue
from services.pipeline.issue.rows import as_issue, visible_to
from services.pipeline.issue.schemas import IssueOut, StageOf
from services.pipeline.issue.tables import issue
from services.pipeline.leak.domain.counts import CUT_ORDER, MEASURES, Cut
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.tables import ORGANISATION
from shared.contracts.events.pipeline_issue import IssueStatus, Verdict
from shared.contracts.identity import Identity
from shared.organisation.queries import subtree_of
from shared.organisation.scope import owner_scope
from shared.web.listing import Field, Listing

_I, _S = issue.c, STAGES.c
LISTING = Listing(
    name="issues",
    table=issue.outerjoin(STAGES, _S.id == _I.stage_id),
    fields={
        "id": Field(_I.id, "uuid"),
        "title": Field(_I.title, "text"),
        "status": Field(_I.status, "enum", values=get_args(IssueStatus)),
        "stage_id": Field(_I.stage_id, "uuid"),
        "pipeline_id": Field(_S.pipeline_id, "uuid"),
        "measure": Field(_I.measure, "enum", values=MEASURES),
        "by": Field(_I.by, "enum", values=CUT_ORDER),
        "value": Field(_I.value, "text"),
        "owner_id": Field(_I.owner_id, "uuid"),
        "alert_id": Field(_I.alert_id, "uuid"),
        "team_id": Field(_I.team_id, "uuid"),
        "verdict": Field(_I.verdict, "enum", values=get_args(Verdict)),
        "recheck_on": Field(_I.recheck_on, "date", sortable=True),
        "value_at_stake": Field(_I.value_at_stake, "decimal", sortable=True),
        "created_at": Field(_I.created_at, "datetime", sortable=True),
        "updated_at": Field(_I.updated_at, "datetime", sortable=True),
    },
    default_sort="-value_at_stake,created_at",
    text=(_I.title,),
    columns=(*issue.columns, _S.name.label("stage"), _S.pipeline_id),
    item_fields=tuple(IssueOut.model_fields),
)


def listed(row: Row[Any]) -> tuple[Issue, StageOf]:
    """A row of the list as an issue and the stage it is about."""
    fields = row._mapping
    return as_issue(fields), {"stage": fields["stage"], "pipeline_id": fields["pipeline_id"]}


async def stage_of(connection: AsyncConnection, stage_id: UUID | None) -> StageOf | None:
    """What the stage is called and where it is; None for a stage that is not there, or removed."""
    if stage_id is None:
        return {"stage": None, "pipeline_id": None}
    query = select(_S.name.label("stage"), _S.pipeline_id).where(_S.id == stage_id)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else {"stage": row.stage, "pipeline_id": row.pipeline_id}


async def alive_issues(connection: AsyncConnection, caller: Identity) -> dict[tuple[UUID, Cut], UUID]:
    """The issues the caller may see that are open or watched, by what they are about."""
    query = (
        select(_I.stage_id, _I.by, _I.value, _I.id)
        .where(_I.status.in_(ALIVE), _I.stage_id.is_not(None), visible_to(caller))
        .order_by(_I.created_at.desc())
        .limit(10_000)
    )
    return {(row.stage_id, Cut(row.by, row.value)): row.id for row in await connection.execute(query)}


async def team_of(connection: AsyncConnection, team_id: UUID) -> tuple[str | None, tuple[UUID, ...]]:
    """What a team is called, and its id with those of all teams below it."""
    team = ORGANISATION.team.c
    rows = await connection.execute(subtree_of(ORGANISATION, team_id).limit(100_000))
    name = await connection.scalar(select(team.name).where(team.id == team_id))
    return name, tuple(sorted(row.id for row in rows))


async def is_colleague(connection: AsyncConnection, member_id: UUID, caller: Identity) -> bool:
    """Whether there is such a member whose records the caller may see."""
    member = ORGANISATION.member.c.id
    query = select(member).where(member == member_id, owner_scope(ORGANISATION, caller, member))
    return await connection.scalar(query) is not None
