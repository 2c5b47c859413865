"""Which accounts a caller may see."""

from sqlalchemy import ColumnElement

from services.leads.account.tables import account
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `account`."""
    return owner_scope(ORGANISATION, identity, account.c.owner_id)
