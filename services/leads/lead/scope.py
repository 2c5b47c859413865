"""Which leads a caller may see: a partner's are the ones it pushed, a member's go by their owner."""

from sqlalchemy import ColumnElement

from services.leads.lead.tables import lead
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `lead`."""
    if identity.scope == "partner" and identity.partner_id is not None:
        return lead.c.partner_id == identity.partner_id
    return owner_scope(ORGANISATION, identity, lead.c.owner_id)
