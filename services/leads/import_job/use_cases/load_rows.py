"""Rows of a file become records, by the same use cases as a batch sent to the API."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.column_mapping.conversion import CellError, Conversion
from services.leads.import_job.conversions import own_system, with_origin
from services.leads.import_job.domain import ImportJob
from services.leads.import_job.kinds import CONVERTED, CONVERTED_AT, IMPORTED, Kind
from services.leads.import_job.repository import RowResult
from services.leads.lead.schemas import OutcomeItem
from services.leads.record.domain import Key
from services.leads.record.use_cases.upsert_batch import Outcome
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.web.batch import check_items
from shared.web.problem import problem_of

NOT_DONE = DomainError("temporarily_unavailable", "It is being changed by many at once; send it again.")
BEFORE_CREATION: Mapping[str, Any] = {
    "errors": [
        {
            "pointer": f"/{CONVERTED_AT}",
            "code": "out_of_range",
            "detail": "It ended after it came up: `created_at` is needed, and not later.",
        }
    ]
}
SourceRow = tuple[int, Sequence[Any], Sequence[Mapping[str, Any]]]
"""Number, cells, and the faults found when it was read."""


@dataclass(slots=True)
class _Loading:
    """One piece of a file on its way: bodies by row number, and results as they come."""

    conversion: Conversion
    cells: dict[int, Sequence[Any]] = field(default_factory=dict)
    bodies: dict[int, Any] = field(default_factory=dict)
    endings: dict[int, tuple[bool, datetime | None]] = field(default_factory=dict)
    results: dict[int, RowResult] = field(default_factory=dict)

    def reject(self, number: int, *errors: CellError) -> None:
        self.bodies.pop(number, None)
        self.results[number] = RowResult(number, "rejected", errors=[asdict(error) for error in errors])

    def reject_for(self, number: int, problem: Mapping[str, Any]) -> None:
        """By a problem whose pointers lead to the columns."""
        found = [self._at_cell(number, error) for error in problem["errors"]]
        self.reject(number, *(found or [CellError(None, None, problem["code"], problem["detail"])]))

    def _at_cell(self, number: int, error: Mapping[str, Any]) -> CellError:
        column = self.conversion.column_of(error["pointer"])
        if column is None:
            field_name = error["pointer"].strip("/")
            return CellError(None, None, error["code"], f"{field_name}: {error['detail']}".lstrip(": "))
        return CellError(column.name, self.cells[number][column.position], error["code"], error["detail"])


def read_bodies(job: ImportJob, conversion: Conversion, rows: Sequence[SourceRow]) -> _Loading:
    """Each row as a checked body, or rejected with what is wrong with its cells. Asks nobody."""
    kind = IMPORTED[job.kind]
    loading = _Loading(conversion)
    own = own_system(job)
    sent: list[tuple[int, dict[str, Any]]] = []
    for number, cells, faults in rows:
        loading.cells[number] = cells
        if faults:
            loading.reject(number, *(CellError(None, None, f["code"], f["detail"]) for f in faults))
            continue
        body, errors = conversion.body(cells)
        ending = (body.pop(CONVERTED, None), body.pop(CONVERTED_AT, None))
        if errors:
            loading.reject(number, *errors)
        elif ending[1] is not None and not _is_after(ending[1], body.get("created_at")):
            loading.reject_for(number, BEFORE_CREATION)
        else:
            if ending[0] is not None:
                at = None if ending[1] is None else datetime.fromisoformat(ending[1])
                loading.endings[number] = (ending[0], at)
            sent.append((number, with_origin(body, number, job.options, own)))
    checked = check_items([body for _, body in sent], kind.model)
    for index, model in checked.good:
        loading.bodies[sent[index][0]] = model
    for index, result in checked.results.items():
        loading.reject_for(sent[index][0], result.problem or {"errors": []})
    return loading


async def load_rows(
    connection: AsyncConnection,
    job: ImportJob,
    conversion: Conversion,
    rows: Sequence[SourceRow],
    now: datetime,
) -> list[RowResult]:
    """What became of each row. A handful of statements for all of them; needs a transaction."""
    kind = IMPORTED[job.kind]
    identity = Identity.model_validate(job.identity)
    loading = read_bodies(job, conversion, rows)
    keys = [body.key() for body in loading.bodies.values()]
    known = await kind.known(connection, identity, keys)
    for number, body in list(loading.bodies.items()):
        _settle_known(loading, job, number, known.get(body.key()))
    twins = await _twins(connection, kind, loading, known)
    if job.options.get("on_duplicate") == "skip":
        for number in twins:
            loading.bodies.pop(number)
    outcomes = await kind.load(connection, identity, list(loading.bodies.items()), now=now)
    for outcome in outcomes:
        _settle(loading, outcome, is_twin=outcome.index in twins)
    await _end(connection, kind, identity, loading, now)
    for number, twin in twins.items():
        if number not in loading.results:
            record_id = loading.results[twin].record_id if isinstance(twin, int) else twin
            loading.results[number] = RowResult(number, "duplicate", record_id=record_id)
    return [loading.results[number] for number, _, _ in rows]


async def _twins(
    connection: AsyncConnection, kind: Kind, loading: _Loading, known: Mapping[Key, tuple[UUID, bool]]
) -> dict[int, UUID | int]:
    """New records whose e-mail address an open one has: its id, or the number of the row here that has it."""
    if kind.twins is None:
        return {}
    addresses = {
        number: body.email.lower()
        for number, body in loading.bodies.items()
        if body.email is not None and body.key() not in known
    }
    there = await kind.twins(connection, set(addresses.values())) if addresses else {}
    twins: dict[int, UUID | int] = {}
    first: dict[str, int] = {}
    for number, address in addresses.items():
        if address in there:
            twins[number] = there[address]
        elif address in first:
            twins[number] = first[address]
        else:
            first[address] = number
    return twins


def _settle(loading: _Loading, outcome: Outcome[Any], *, is_twin: bool) -> None:
    number, record, step = outcome.index, outcome.record, outcome.step
    if outcome.refusal is not None or outcome.became is None or record is None:
        loading.reject_for(number, problem_of(outcome.refusal or NOT_DONE))
        return
    loading.results[number] = RowResult(
        number,
        "duplicate" if is_twin and outcome.became == "created" else outcome.became,
        outcome.became,
        record.id,
        step.after.version if step is not None else None,
        dict(step.fields) if step is not None and outcome.became == "updated" else None,
    )


async def _end(
    connection: AsyncConnection, kind: Kind, identity: Identity, loading: _Loading, now: datetime
) -> None:
    """Leads that ended in the system they come from end here too; those that had ended before stay."""
    if kind.end is None or not loading.endings:
        return
    items = [
        (number, OutcomeItem(converted=converted, at=at or now, lead_id=loading.results[number].record_id))
        for number, (converted, at) in loading.endings.items()
        if loading.results[number].became is not None
    ]
    for outcome in await kind.end(connection, identity, items, now=now):
        if outcome.became == "updated" and outcome.record is not None:
            result = loading.results[outcome.index]
            status = "updated" if result.status == "unchanged" else result.status
            became = "updated" if result.became == "unchanged" else result.became
            loading.results[outcome.index] = replace(
                result, status=status, became=became, record_version=outcome.record.version
            )


def _is_after(at: str, created_at: str | None) -> bool:
    return created_at is not None and datetime.fromisoformat(created_at) <= datetime.fromisoformat(at)


def _settle_known(loading: _Loading, job: ImportJob, number: int, known: tuple[UUID, bool] | None) -> None:
    """A row whose record is there already: another's is refused, one's own goes by `on_existing`."""
    if known is None:
        return
    record_id, visible = known
    if not visible:
        detail = "Another record has this id, and it is not yours to see."
        loading.reject(number, CellError(None, None, "external_id_taken", detail))
    elif job.on_existing == "reject":
        loading.reject(number, CellError(None, None, "already_there", "The record is there already."))
    elif job.on_existing == "skip":
        loading.bodies.pop(number)
        loading.results[number] = RowResult(number, "unchanged", "unchanged", record_id)
