"""Which records a caller may see, as SQL. Another's record is simply not there: 404, not 403."""

from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, any_, bindparam, false, literal, or_, select, true

from shared.contracts.identity import Identity, Scope
from shared.organisation.tables import Structure

_CALLER = bindparam("caller_id", type_=Uuid())
_TEAMS = bindparam("caller_team_ids", type_=ARRAY(Uuid()))


def owner_scope(
    tables: Structure, identity: Identity, owner: ColumnElement[UUID | None]
) -> ColumnElement[bool]:
    """Own: the caller's records. Subtree: those of the manager's teams, and those nobody owns yet.

    All: everything. Partners and callers without scope see nothing here.
    """
    if identity.scope == "all":
        return true()
    caller = literal(identity.member_id, Uuid())
    teams = literal(list(identity.team_ids), ARRAY(Uuid()))
    return _rule(tables, identity.scope, owner, caller=caller, teams=teams)


def scope_rule(tables: Structure, scope: Scope, owner: ColumnElement[UUID | None]) -> ColumnElement[bool]:
    """`owner_scope` for a statement built once and run often: run it with `scope_parameters`."""
    return _rule(tables, scope, owner, caller=_CALLER, teams=_TEAMS)


def scope_parameters(identity: Identity) -> dict[str, Any]:
    """The parameters of a statement with `scope_rule`."""
    return {"caller_id": identity.member_id, "caller_team_ids": list(identity.team_ids)}


def _rule(
    tables: Structure,
    scope: Scope,
    owner: ColumnElement[UUID | None],
    *,
    caller: ColumnElement[Any],
    teams: ColumnElement[Any],
) -> ColumnElement[bool]:
    if scope == "all":
        return true()
    if scope == "own":
        return owner == caller
    if scope == "subtree":
        member = tables.member.c
        mine = select(member.id).where(member.team_id == any_(teams))
        return or_(owner.is_(None), owner == caller, owner.in_(mine))
    return false()
