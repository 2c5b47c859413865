"""Plan work about records by the statement that writes them."""

from collections.abc import Sequence

from services.leads.agenda import repository
from services.leads.record.repository import Beside
from shared.agenda.domain import Due


def planned_beside(entries: Sequence[Due]) -> Beside:
    """Done at its instant, for new records, whose ids are the subjects."""
    return repository.beside(entries)


def planned_again_beside(entries: Sequence[Due]) -> Beside:
    """The same for changed records, which may have an entry of the kind already: that one is moved."""
    return repository.again_beside(entries)


def planned_about(entries: Sequence[Due]) -> Beside:
    """Work about changed records, written by the statement that writes them. Each entry has a subject of its
    own and names the record as `record_id` in its payload: it never waits for one that is just being done."""
    return repository.about_beside(entries)
