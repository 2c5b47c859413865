"""Which entries of the quarantine a caller may decide about."""

from sqlalchemy import ColumnElement, and_, false

from services.leads.intake.tables import quarantine
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """What belongs to nobody yet is for managers and those who see everything; rows of a file are of whoever
    uploaded it."""
    if identity.kind != "member":
        return false()
    owned = owner_scope(ORGANISATION, identity, quarantine.c.owner_id)
    return and_(owned, quarantine.c.owner_id.is_not(None)) if identity.scope == "own" else owned
