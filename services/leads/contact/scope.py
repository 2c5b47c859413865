"""Which contacts a caller may see."""

from sqlalchemy import ColumnElement

from services.leads.contact.tables import contact
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `contact`."""
    return owner_scope(ORGANISATION, identity, contact.c.owner_id)
