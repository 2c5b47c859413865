"""A row that waits in quarantine becomes a record after all, as if the import had taken it in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job import repository
from services.leads.import_job.conversions import conversion_of
from services.leads.import_job.domain import KindName
from services.leads.import_job.use_cases.load_rows import bodies_of, take_in
from services.leads.record.schemas import invalid
from services.leads.tables import ORGANISATION
from shared.contracts.errors import FieldError
from shared.organisation.queries import load_organisation


def faults_of_row(kind: KindName, payload: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """What is wrong with it, by pointers into the payload."""
    return bodies_of(kind, {0: payload}).faults.get(0, ())


async def release_row(
    connection: AsyncConnection, import_id: UUID, number: int, payload: Mapping[str, Any], *, now: datetime
) -> UUID:
    """The record it made or renewed, with the rights of whoever ran the import. Needs a transaction.

    Refuses with what is still wrong, and with `import_state` when the import was taken back. Undoing the
    import takes the record back with the others.
    """
    job = await repository.find(connection, import_id, true(), lock=True)
    job.check_kept()
    organisation = await load_organisation(connection, ORGANISATION)
    loading = bodies_of(job.kind, {number: payload})
    loading.conversion = conversion_of(job, ZoneInfo(organisation.calendar.time_zone))
    if number in loading.faults:
        raise invalid(loading.faults[number])
    (result,) = await take_in(connection, job, loading, now)
    if result.record_id is None:
        raise invalid(tuple(result.faults))
    await repository.settle_row(connection, job.id, result)
    await repository.save(connection, job, job.let_in(result.status, now=now))
    return result.record_id
