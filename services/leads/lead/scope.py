"""Which leads a caller may see: a partner's are the ones it pushed, a member's go by their owner."""

from sqlalchemy import ColumnElement, and_, false, or_

from services.leads.lead.tables import lead
from services.leads.queue.scope import claimable
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `lead`."""
    if identity.scope == "partner" and identity.partner_id is not None:
        return lead.c.partner_id == identity.partner_id
    return owner_scope(ORGANISATION, identity, lead.c.owner_id)


def queued(identity: Identity) -> ColumnElement[bool]:
    """Leads that wait in a queue: for members with own records only those they may claim."""
    waits = lead.c.queue_id.is_not(None)
    if identity.scope == "own":
        return and_(waits, lead.c.queue_id.in_(claimable(identity)))
    return waits if identity.scope in ("all", "subtree") else false()


def readable(identity: Identity) -> ColumnElement[bool]:
    """One's own and those one may claim: for reading one lead. Lists of all leads show the own ones."""
    if identity.scope != "own":
        return visible(identity)
    return or_(visible(identity), queued(identity))
