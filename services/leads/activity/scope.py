"""Which activities a caller may see."""

from sqlalchemy import ColumnElement

from services.leads.activity.tables import activity
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `activity`."""
    return owner_scope(ORGANISATION, identity, activity.c.owner_id)
