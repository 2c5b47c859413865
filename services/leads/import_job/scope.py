"""Which imports a caller may see: those of the members whose records the caller may see."""

from sqlalchemy import ColumnElement

from services.leads.import_job.tables import import_job
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope


def visible(identity: Identity) -> ColumnElement[bool]:
    """The condition on `import_job`."""
    return owner_scope(ORGANISATION, identity, import_job.c.owner_id)
