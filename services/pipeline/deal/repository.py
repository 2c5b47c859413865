"""Deals loaded and saved with their history and facts. Every write checks the version or holds the row."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    CTE,
    BindParameter,
    Column,
    ColumnElement,
    Select,
    Text,
    Uuid,
    any_,
    bindparam,
    column,
    delete,
    exists,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.arrival import Arrival
from services.pipeline.deal.domain.clock import CHANGED, Touch, about, is_member
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.passage import History, Passage
from services.pipeline.deal.rows import COLUMNS, Found, as_found, as_passage, deal_row, passage_row, path_row
from services.pipeline.deal.scope import changeable_by, visible_to
from services.pipeline.deal.tables import deal, deal_passage
from services.pipeline.incoming import Key
from services.pipeline.pipeline.queries import SUPERVISING
from services.pipeline.pipeline.rows import STAGES
from services.pipeline.tables import ORGANISATION, OUTBOX
from shared.agenda.domain import Due
from shared.agenda.repository import COLUMNS as AGENDA_COLUMNS
from shared.agenda.repository import row_of
from shared.agenda.tables import agenda_entry
from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity, Scope
from shared.contracts.ids import new_id
from shared.organisation.scope import scope_parameters, scope_rule
from shared.persistence.bulk import (
    insert_rows,
    prepared_insert,
    prepared_recordset,
    recordset,
    rows_parameter,
)

_D, _P = deal.c, deal_passage.c
_CALLER = bindparam("caller_id", type_=Uuid())


async def get(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    lock: bool = False,
    reading: bool = False,
) -> Found:
    """A deal the caller may change, by its owner or as an editor of its team, locked if asked.

    `reading`: also one on whose team it is, or in a stage it supervises. Refuses with `deal_not_found`.
    """
    statement = _get(caller.scope, lock=lock, reading=reading)
    found = await connection.execute(statement, {"deal_id": deal_id, **scope_parameters(caller)})
    row = found.mappings().one_or_none()
    if row is None:
        raise DomainError("deal_not_found", "There is no such deal.")
    return as_found(row)


async def is_own(connection: AsyncConnection, deal_id: UUID, caller: Identity) -> bool:
    """Whether the caller reaches it by its owner."""
    own = select(_D.id).where(_D.id == deal_id, visible_to(caller))
    return await connection.scalar(own) is not None


@cache
def _get(scope: Scope, *, lock: bool, reading: bool) -> Select[Any]:
    """Built once: building it takes longer than running it."""
    visible = scope_rule(ORGANISATION, scope, _D.owner_id)
    if scope in SUPERVISING and reading:
        supervised = exists().where(STAGES.c.id == _D.stage_id, STAGES.c.supervisor_id == _CALLER)
        visible = or_(visible, any_(_D.team_ids) == _CALLER, supervised)
    elif scope in SUPERVISING:
        visible = or_(visible, any_(_D.editor_ids) == _CALLER)
    query = select(*COLUMNS).where(_D.id == bindparam("deal_id", type_=Uuid()), visible)
    return query.with_for_update(of=deal) if lock else query


async def hold_some(
    connection: AsyncConnection, ids: Collection[UUID], caller: Identity
) -> dict[UUID, Found]:
    """Those of these deals that the caller may change, unchanged by others until the transaction ends."""
    wanted = _D.id == any_(literal(list(ids), ARRAY(Uuid)))
    query = select(*COLUMNS).where(wanted, changeable_by(caller)).order_by(_D.id).with_for_update(of=deal)
    return {row["id"]: as_found(row) for row in (await connection.execute(query)).mappings()}


async def hold(connection: AsyncConnection, deal_id: UUID) -> Found:
    """A deal whoever asks, unchanged by others until the transaction ends. Refuses with `deal_not_found`."""
    query = select(*COLUMNS).where(_D.id == deal_id).with_for_update(of=deal)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise DomainError("deal_not_found", "There is no such deal.")
    return as_found(row)


async def hold_all(connection: AsyncConnection, deals: Collection[UUID]) -> list[Deal]:
    """Those of these deals that are there, in the order of their ids, held in the same way.

    They are read once they are held: what stands beside them is then as whoever held them before left it.
    """
    wanted = _D.id == any_(literal(sorted(deals), ARRAY(Uuid)))
    await connection.execute(select(_D.id).where(wanted).order_by(_D.id).with_for_update())
    rows = await connection.execute(select(*COLUMNS).where(wanted).order_by(_D.id))
    return [as_found(row).deal for row in rows.mappings()]


async def by_origin(
    connection: AsyncConnection, keys: Collection[Key], caller: Identity
) -> tuple[dict[Key, Arrival], set[Key]]:
    """Those of these origins that are known: the caller's, locked and with their history, and others'."""
    if not keys:
        return {}, set()
    systems, ids = [key[0] for key in keys], [key[1] for key in keys]
    wanted = (
        func.unnest(literal(systems, ARRAY(Text)), literal(ids, ARRAY(Text)))
        .table_valued(column("source_system", Text), column("external_id", Text), name="wanted")
        .render_derived()
    )
    same = (_D.source_system == wanted.c.source_system) & (_D.external_id == wanted.c.external_id)
    query = (
        select(*COLUMNS, func.coalesce(visible_to(caller), literal(False)).label("visible"))
        .join(wanted, same)
        .order_by(_D.id)
        .with_for_update(of=deal)
    )
    rows = (await connection.execute(query)).mappings().all()
    own = [as_found(row).deal for row in rows if row["visible"]]
    histories = await histories_of(connection, [each.id for each in own])
    arrivals = [Arrival(each, histories[each.id]) for each in own]
    others = {(row["source_system"], row["external_id"]) for row in rows if not row["visible"]}
    return {each.origin: each for each in arrivals if each.origin}, others


async def lock_open_in(
    connection: AsyncConnection, stage_ids: Sequence[UUID], *, after: UUID | None, most: int
) -> list[Deal]:
    """The next open deals of these stages by id, unchanged by others until the transaction ends."""
    query = (
        select(*COLUMNS)
        .where(_D.stage_id == any_(literal(list(stage_ids), ARRAY(Uuid))), _D.status == "open")
        .order_by(_D.id)
        .limit(most)
        .with_for_update(of=deal)
    )
    if after is not None:
        query = query.where(_D.id > after)
    return [as_found(row).deal for row in (await connection.execute(query)).mappings()]


async def locked(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Deal]:
    """Those of which this holds, in the order of their ids, held until the transaction ends."""
    query = select(*COLUMNS).where(condition).order_by(_D.id).with_for_update(of=deal)
    return [as_found(row).deal for row in (await connection.execute(query)).mappings()]


async def histories_of(connection: AsyncConnection, deal_ids: Sequence[UUID]) -> dict[UUID, History]:
    """The history of each deal, oldest passage first."""
    found: dict[UUID, list[Passage]] = {each: [] for each in deal_ids}
    if found:
        query = (
            select(deal_passage)
            .where(_P.deal_id == any_(literal(list(found), ARRAY(Uuid))))
            .order_by(_P.deal_id, _P.position)
        )
        for row in (await connection.execute(query)).mappings():
            found[row["deal_id"]].append(as_passage(row))
    return {deal_id: tuple(passages) for deal_id, passages in found.items()}


async def add(
    connection: AsyncConnection, arrivals: Sequence[Arrival], envelopes: Sequence[Envelope]
) -> set[UUID]:
    """Write new deals, their histories and facts with one statement; the ids of those that were new."""
    if not arrivals:
        return set()
    new = insert_rows(deal, [{**deal_row(each.deal), **path_row(each.history)} for each in arrivals])
    written = new.on_conflict_do_nothing().returning(_D.id).cte("written")
    passages = insert_rows(
        deal_passage,
        [passage_row(each.deal.id, passage) for each in arrivals for passage in each.history],
        only_if=literal_column("rows.deal_id", Uuid).in_(select(written.c.id)),
    )
    statement = (
        select(written.c.id)
        .add_cte(passages.cte("passed"))
        .add_cte(_reckoning(_came(arrivals, envelopes), written).cte("reckoned"))
        .add_cte(OUTBOX.announce(envelopes, among=written))
    )
    ids = set((await connection.execute(statement)).scalars())
    OUTBOX.withdraw([envelope for envelope in envelopes if envelope.subject not in ids])
    return ids


async def save(
    connection: AsyncConnection,
    deals: Sequence[Deal],
    envelopes: Sequence[Envelope],
    histories: Mapping[UUID, History] | None = None,
    *,
    touching: bool = True,
    reckoning: bool = True,
) -> None:
    """Write the next versions of locked deals and their facts; `histories` replace the ones there were.

    These first: the states kept of a deal whose past is told anew are made of them. `touching`: whether a
    member who does this has touched them; `reckoning`: whether their times may change.
    """
    if not deals:
        return
    if histories:
        await _replace_histories(connection, histories)
    known = histories or {}
    rows = recordset(deal, [{**deal_row(each), **path_row(known.get(each.id))} for each in deals])
    values: dict[str, ColumnElement[Any]] = {
        each.name: rows.c[each.name] for each in deal.columns if each.name != "id"
    }
    values |= {name: func.coalesce(rows.c[name], _D[name]) for name in ("path", "path_at")}
    statement = update(deal).where(_D.id == rows.c.id).values(values)
    if reckoning:
        changed = _changed(deals, envelopes if touching else ())
        statement = statement.add_cte(_reckoning(changed).cte("reckoned"))
    await connection.execute(statement)
    await OUTBOX.add(connection, envelopes)


async def save_move(
    connection: AsyncConnection, before: Deal, after: Deal, envelopes: Sequence[Envelope]
) -> bool:
    """A move as ONE statement: deal, passage left, passage entered, facts. False: changed meanwhile.

    With more than the fact of the move, all fields of the deal are written.
    """
    whole = len(envelopes) > 1
    given = {
        "id": before.id,
        "seen": before.version,
        "stage_id": after.stage.id,
        "stage": after.stage.name,
        "entered_at": after.stage_entered_at,
        "pipeline_version": after.pipeline_version,
        "probability": after.probability,
        "category": after.forecast_category,
        "stage_probability": after.stage.probability,
        "stage_category": after.stage.forecast_category,
        "now": after.updated_at,
        "version": after.version,
        "fields": dict(after.field_versions),
    }
    parameters: dict[str, Any] = {f"given_{name}": value for name, value in given.items()}
    parameters["given_changed"] = rows_parameter(_changed([after], envelopes))
    if whole:
        parameters["given_rows"] = [deal_row(after)]
    if await connection.scalar(_move(whole=whole), {**parameters, **OUTBOX.parameters(envelopes)}) is None:
        OUTBOX.withdraw(envelopes)
        return False
    return True


@cache
def _move(*, whole: bool) -> Select[Any]:
    """Built once: building it takes longer than running it."""
    values: dict[str, ColumnElement[Any]] = {
        "stage_id": _given("stage_id", _D.stage_id),
        "stage_entered_at": _given("entered_at", _D.stage_entered_at),
        "pipeline_version": _given("pipeline_version", _D.pipeline_version),
        "probability": _given("probability", _D.probability),
        "forecast_category": _given("category", _D.forecast_category),
        "updated_at": _given("now", _D.updated_at),
        "version": _given("version", _D.version),
        "field_versions": _given("fields", _D.field_versions),
    }
    same: ColumnElement[bool] = _D.id == _given("id", _D.id)
    if whole:
        rows = prepared_recordset(deal, parameter="given_rows", name="given")
        values = {each.name: rows.c[each.name] for each in deal.columns if each.name != "id"}
        same = _D.id == rows.c.id
    values["path"] = func.array_append(_D.path, _given("stage_id", _D.stage_id))
    values["path_at"] = func.array_append(_D.path_at, _given("entered_at", _D.stage_entered_at))
    moved = (
        update(deal)
        .where(same, _D.version == _given("seen", _D.version))
        .values(values)
        .returning(_D.id)
        .cte("moved")
    )
    left = (
        update(deal_passage)
        .where(_P.deal_id == select(moved.c.id).scalar_subquery(), _P.left_at.is_(None))
        .values(left_at=_given("entered_at", _P.left_at))
        .returning(_P.deal_id, _P.position)
        .cte("left_stage")
    )
    entered = insert(deal_passage).from_select(
        ["deal_id", "position", "stage_id", "stage", "entered_at", "probability", "forecast_category"],
        select(
            left.c.deal_id,
            left.c.position + 1,
            _given("stage_id", _P.stage_id),
            _given("stage", _P.stage),
            _given("entered_at", _P.entered_at),
            _given("stage_probability", _P.probability),
            _given("stage_category", _P.forecast_category),
        ),
        include_defaults=False,
    )
    announced = OUTBOX.announcing(only_if=moved)
    reckoned = prepared_insert(
        agenda_entry, AGENDA_COLUMNS, parameter="given_changed", only_if=exists(select(moved.c.id))
    )
    statement = select(moved.c.id).add_cte(entered.cte("entered_stage")).add_cte(announced)
    return statement.add_cte(reckoned.cte("reckoned"))


def _changed(deals: Sequence[Deal], envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
    """What has the times of these deals reckoned anew; the last fact a member caused has touched a deal."""
    touches = {each.subject: each for each in envelopes if is_member(each.actor)}
    return [
        row_of(Due(CHANGED, new_id(), each.updated_at, about(each.id, _touch(each, touches.get(each.id)))))
        for each in deals
    ]


def _came(arrivals: Sequence[Arrival], envelopes: Sequence[Envelope]) -> list[dict[str, Any]]:
    """The same for new ones: they were touched when they came into their stage."""
    rows = _changed([each.deal for each in arrivals], envelopes)
    for row, each in zip(rows, arrivals, strict=True):
        if row["payload"]["touch"]:
            row["payload"]["touch"]["at"] = each.deal.stage_entered_at.isoformat()
    return rows


def _touch(after: Deal, fact: Envelope | None) -> Touch | None:
    if fact is None or fact.actor is None:
        return None
    return Touch(fact.type.rsplit(".", 1)[1], after.updated_at, fact.id, UUID(fact.actor))


def _reckoning(changed: Sequence[Mapping[str, Any]], written: CTE | None = None) -> Insert:
    """On the agenda, if anything was written."""
    return insert_rows(
        agenda_entry, changed, only_if=None if written is None else exists(select(written.c.id))
    )


def _given(name: str, column: Column[Any]) -> BindParameter[Any]:
    """Not named as a column: SQLAlchemy would set that column in every UPDATE of the statement."""
    return bindparam(f"given_{name}", type_=column.type)


def stamped(after: Deal, now: datetime) -> Deal:
    """The deal as it is written at `now`."""
    return replace(after, updated_at=now)


async def _replace_histories(connection: AsyncConnection, histories: Mapping[UUID, History]) -> None:
    ids = literal(list(histories), ARRAY(Uuid))
    await connection.execute(delete(deal_passage).where(_P.deal_id == any_(ids)))
    rows = [passage_row(deal_id, each) for deal_id, history in histories.items() for each in history]
    await connection.execute(insert_rows(deal_passage, rows))
