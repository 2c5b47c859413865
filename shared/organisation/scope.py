"""Which records a caller may see, as SQL. Another's record is simply not there: 404, not 403."""

from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select, true

from shared.contracts.identity import Identity
from shared.organisation.tables import OrganisationTables


def owner_scope(
    tables: OrganisationTables, identity: Identity, owner: ColumnElement[UUID | None]
) -> ColumnElement[bool]:
    """Own: the caller's records. Subtree: those of the manager's teams, and those nobody owns yet.

    All: everything. Partners and callers without scope see nothing here.
    """
    if identity.scope == "all":
        return true()
    if identity.scope == "own":
        return owner == identity.member_id
    if identity.scope == "subtree":
        member = tables.member.c
        mine = select(member.id).where(member.team_id.in_(identity.team_ids))
        return or_(owner.is_(None), owner == identity.member_id, owner.in_(mine))
    return false()
