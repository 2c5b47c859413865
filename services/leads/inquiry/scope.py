"""Which inquiries a caller may see: as their lead or contact, by its owner when they came in."""

from sqlalchemy import ColumnElement

from services.leads.inquiry.tables import inquiry
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `inquiry`."""
    return owner_scope(ORGANISATION, identity, inquiry.c.owner_id)
