"""Rows of a file become records, by the same use cases as a batch sent to the API."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.column_mapping.conversion import CellError, Conversion
from services.leads.import_job.conversions import own_system, with_origin
from services.leads.import_job.domain import ImportJob, KindName
from services.leads.import_job.endings import ending_of
from services.leads.import_job.kinds import IMPORTED, Kind
from services.leads.import_job.repository import RowResult
from services.leads.lead.schemas import OutcomeItem
from services.leads.record.domain import Key
from services.leads.record.use_cases.upsert_batch import Outcome
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.web.batch import check_items
from shared.web.problem import problem_of

NOT_DONE = DomainError("temporarily_unavailable", "It is being changed by many at once; send it again.")
_NOTHING_TO_CORRECT = frozenset({"already_there", "external_id_taken"})
SourceRow = tuple[int, Sequence[Any], Sequence[Mapping[str, Any]]]
"""Number, cells, and the faults found when it was read."""


@dataclass(slots=True)
class Loading:
    """One piece of a file on its way, by row number: what the rows say, bodies, and results as they come.

    `faults`: what is wrong, by pointers into what the row says; an error leads to the cell of the same row.
    """

    conversion: Conversion | None = None
    cells: dict[int, Sequence[Any]] = field(default_factory=dict)
    sent: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    bodies: dict[int, Any] = field(default_factory=dict)
    endings: dict[int, tuple[bool, datetime | None]] = field(default_factory=dict)
    faults: dict[int, tuple[FieldError, ...]] = field(default_factory=dict)
    results: dict[int, RowResult] = field(default_factory=dict)

    def reject(self, number: int, *errors: CellError) -> None:
        """By what is wrong with its cells."""
        pointers = self.conversion.pointers if self.conversion is not None else {}
        faults = [FieldError(pointers.get(e.column or "", ""), e.code, e.detail) for e in errors]
        self._reject(number, errors, faults)

    def reject_for(self, number: int, problem: Mapping[str, Any]) -> None:
        """By a problem whose pointers lead to the columns."""
        found = [FieldError(e["pointer"], e["code"], e["detail"]) for e in problem["errors"]]
        faults = found or [FieldError("", problem["code"], problem["detail"])]
        self._reject(number, [self._at_cell(number, error) for error in problem["errors"]], faults)

    def _reject(self, number: int, errors: Sequence[CellError], faults: Sequence[FieldError]) -> None:
        self.bodies.pop(number, None)
        self.faults[number] = tuple(faults)
        shown = errors or [CellError(None, None, fault.code, fault.detail) for fault in faults]
        correctable = not {fault.code for fault in faults} & _NOTHING_TO_CORRECT
        self.results[number] = RowResult(
            number,
            "rejected",
            errors=[asdict(error) for error in shown],
            payload=self.sent.get(number) if correctable else None,
            faults=self.faults[number],
        )

    def _at_cell(self, number: int, error: Mapping[str, Any]) -> CellError:
        read = self.conversion if number in self.cells else None
        column = read.column_of(error["pointer"]) if read is not None else None
        if column is None:
            field_name = error["pointer"].strip("/")
            return CellError(None, None, error["code"], f"{field_name}: {error['detail']}".lstrip(": "))
        return CellError(column.name, self.cells[number][column.position], error["code"], error["detail"])


def read_bodies(job: ImportJob, conversion: Conversion, rows: Sequence[SourceRow]) -> Loading:
    """Each row as a checked body, or rejected with what is wrong with its cells. Asks nobody."""
    loading = Loading(conversion)
    own = own_system(job)
    width = len(job.columns)
    for number, given, faults in rows:
        cells = [*given, *[None] * (width - len(given))]
        loading.cells[number] = cells
        body, errors = conversion.body(cells)
        kept = {**conversion.unread(cells, errors), **body} if errors else body
        loading.sent[number] = with_origin(kept, number, job.options, own)
        if faults:
            loading.reject(number, *(CellError(None, None, f["code"], f["detail"]) for f in faults))
        elif errors:
            loading.reject(number, *errors)
    return _checked(IMPORTED[job.kind], loading)


def bodies_of(kind: KindName, sent: Mapping[int, Mapping[str, Any]]) -> Loading:
    """What rows say, as somebody corrected it, as checked bodies, or rejected. Asks nobody."""
    return _checked(IMPORTED[kind], Loading(sent=dict(sent)))


def _checked(kind: Kind, loading: Loading) -> Loading:
    bodies: list[tuple[int, dict[str, Any]]] = []
    for number, sent in loading.sent.items():
        if number in loading.results:
            continue
        body = dict(sent)
        try:
            ending = ending_of(body) if kind.end is not None else None
        except DomainError as refusal:
            loading.reject_for(number, problem_of(refusal))
            continue
        if ending is not None:
            loading.endings[number] = ending
        bodies.append((number, body))
    checked = check_items([body for _, body in bodies], kind.model)
    for index, model in checked.good:
        loading.bodies[bodies[index][0]] = model
    for index, result in checked.results.items():
        loading.reject_for(bodies[index][0], result.problem or {"errors": []})
    return loading


async def load_rows(
    connection: AsyncConnection,
    job: ImportJob,
    conversion: Conversion,
    rows: Sequence[SourceRow],
    now: datetime,
) -> list[RowResult]:
    """What became of each row. A handful of statements for all of them; needs a transaction."""
    return await take_in(connection, job, read_bodies(job, conversion, rows), now)


async def take_in(
    connection: AsyncConnection, job: ImportJob, loading: Loading, now: datetime
) -> list[RowResult]:
    """What became of the bodies, in the order of the rows, with the rights of whoever started the import."""
    kind = IMPORTED[job.kind]
    identity = Identity.model_validate(job.identity)
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
    return [loading.results[number] for number in loading.sent]


async def _twins(
    connection: AsyncConnection, kind: Kind, loading: Loading, known: Mapping[Key, tuple[UUID, bool]]
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


def _settle(loading: Loading, outcome: Outcome[Any], *, is_twin: bool) -> None:
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
    connection: AsyncConnection, kind: Kind, identity: Identity, loading: Loading, now: datetime
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


def _settle_known(loading: Loading, job: ImportJob, number: int, known: tuple[UUID, bool] | None) -> None:
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
