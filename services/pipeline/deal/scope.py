"""Which deals a caller may see, read and change."""

from functools import cache
from typing import Any

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Uuid,
    any_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.tables import deal
from services.pipeline.pipeline.queries import SUPERVISING
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope

_D = deal.c
_CALLER = bindparam("caller_id", type_=Uuid())


def visible_to(caller: Identity) -> ColumnElement[bool]:
    """The deals the caller may see by their owner."""
    return owner_scope(ORGANISATION, caller, _D.owner_id)


def changeable_by(caller: Identity) -> ColumnElement[bool]:
    """The deals the caller may change: by their owner, or as an editor of their team."""
    if caller.scope not in SUPERVISING:
        return visible_to(caller)
    return or_(visible_to(caller), _D.editor_ids.contains([caller.member_id]))


def on_team_of(caller: Identity) -> ColumnElement[bool]:
    """The deals on whose team the caller is."""
    return _D.team_ids.contains([caller.member_id])


async def readable_by(connection: AsyncConnection, caller: Identity) -> ColumnElement[bool]:
    """The deals the caller may read: those it may see, those on whose team it is, and those in the stages it
    supervises. Who is on no team and supervises nothing is asked by the owner alone, which an index finds."""
    rules = [visible_to(caller)]
    if caller.scope in SUPERVISING:
        row = (await connection.execute(_beside(), {"caller_id": caller.member_id})).one()
        if row.supervised:
            rules.append(_D.stage_id == any_(literal(row.supervised, ARRAY(Uuid))))
        if row.on_team:
            rules.append(on_team_of(caller))
    return or_(*rules)


@cache
def _beside() -> Select[Any, bool]:
    """What shows the caller more than its scope: the stages it supervises, and whether it is on a team."""
    mine = select(STAGES.c.id).where(STAGES.c.supervisor_id == _CALLER).limit(1000)
    on_team = exists().where(_D.team_ids.contains(array([_CALLER])))
    supervised = func.array(mine.scalar_subquery(), type_=ARRAY(Uuid))
    return select(supervised.label("supervised"), on_team.label("on_team"))
