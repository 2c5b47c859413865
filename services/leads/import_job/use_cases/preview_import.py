"""The first rows as they would be sent, with what is wrong with them."""

from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.import_job.conversions import conversion_of, own_system, with_origin
from services.leads.import_job.domain import ImportJob
from services.leads.import_job.use_cases.load_rows import read_bodies
from services.leads.tables import ORGANISATION
from shared.organisation.queries import load_organisation


async def preview_import(connection: AsyncConnection, job: ImportJob) -> list[dict[str, Any]]:
    """The first 20 rows. What only the database knows (owners, ids taken) a dry run says."""
    organisation = await load_organisation(connection, ORGANISATION)
    conversion = conversion_of(job, ZoneInfo(organisation.calendar.time_zone))
    rows = [(number, cells, [] if fault is None else [fault]) for number, cells, fault in job.head]
    loading = read_bodies(job, conversion, rows)
    own = own_system(job)
    shown = []
    for number, cells, faults in rows:
        result = loading.results.get(number)
        body = {} if faults else with_origin(conversion.body(cells)[0], number, job.options, own)
        shown.append({"number": number, "body": body, "errors": [] if result is None else result.errors})
    return shown
