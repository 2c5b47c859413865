"""Leads to and from their table, with their history and events."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal,
    literal_column,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by, insert
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from services.leads.agenda.use_cases.plan_beside import planned_about, planned_beside
from services.leads.duplicate_policy.use_cases.judge_sources import allows_duplicates, blocks_duplicates
from services.leads.lead.domain import (
    CLOCK_STARTED,
    CONTACTED,
    HANDED_OVER,
    LET_IN,
    OPEN,
    REVIEW,
    SET_DOWN,
    TAKEN_UP,
    TRIAGE,
    Lead,
    is_loaded,
)
from services.leads.lead.likeness import likeness
from services.leads.lead.tables import lead as table
from services.leads.lead.tables import lead_history, lead_score
from services.leads.matching.use_cases.keep_keys import keys_and_search_beside, keys_beside
from services.leads.record.domain import Draft
from services.leads.record.record_table import RecordTable
from services.leads.record.repository import Beside, Guarded, envelopes_of, rows_beside, rows_of, write
from shared.agenda.domain import Due
from shared.contracts.envelope import EventContext
from shared.contracts.ids import new_id
from shared.persistence.bulk import insert_rows
from shared.persistence.types import Instant


def _keys(drafts: Sequence[Draft[Lead]]) -> list[Beside]:
    """New leads are looked at by triage; for changed ones a search is planned."""
    new = [draft for draft in drafts if draft.before is None and draft.after.status in OPEN]
    if len(new) == len(drafts):
        return keys_beside(drafts, likeness)
    return keys_and_search_beside(drafts, likeness)


LEADS = RecordTable(table, Lead, {"expected_value": ("expected_amount", "expected_currency")}, _keys)


async def find_pushed(
    connection: AsyncConnection, partner_id: UUID, external_ids: Sequence[str]
) -> dict[str, Lead]:
    """A partner's leads by the partner's own references."""
    wanted = table.c.external_id == any_(literal(list(external_ids), ARRAY(Text)))
    leads = await LEADS.find_where(connection, table.c.partner_id == partner_id, wanted)
    return {lead.external_id: lead for lead in leads if lead.external_id is not None}


async def insert_new(
    connection: AsyncConnection,
    drafts: Sequence[Draft[Lead]],
    context: EventContext,
    beside: Sequence[Beside] = (),
    guarded: Guarded | None = None,
) -> dict[UUID, Lead]:
    """Write new leads with history, events and their triage, in one statement. One whose reference is taken
    is left out; none is written unless the guard's condition holds."""
    with_new = [*_with_new(drafts, context), *beside]
    return await LEADS.insert_new(connection, drafts, context, beside=with_new, guarded=guarded)


async def insert_pushed(
    connection: AsyncConnection,
    drafts: Sequence[Draft[Lead]],
    context: EventContext,
    beside: Sequence[Beside],
    *,
    cautious: bool = False,
    let_in: bool = False,
) -> dict[UUID, Lead]:
    """The same for leads of a partner: each points at the oldest open lead of the same e-mail address, unless
    they are `let_in` as no duplicates. `cautious`: what would have to be compared first is left out."""
    written = await write(
        connection,
        InsertPushed(cautious, let_in),
        {"records": [LEADS.row_of(draft.after) for draft in drafts]},
        envelopes=envelopes_of(drafts, context),
        beside=[*_with_new(drafts, context), *_keys(drafts), *beside],
    )
    twins = {row.id: row.duplicate_of for row in written}
    return {
        draft.after.id: replace(draft.after, duplicate_of=twins[draft.after.id])
        for draft in drafts
        if draft.after.id in twins
    }


async def save(
    connection: AsyncConnection,
    drafts: Sequence[Draft[Lead]],
    context: EventContext,
    beside: Sequence[Beside] = (),
    *,
    review: bool = True,
) -> dict[UUID, Lead]:
    """Write the next versions, with history, events and what is to be done about them; a lead that somebody
    else changed meanwhile is left out.

    Each is looked at again soon, unless `review` is False: for decisions that are part of looking at it.
    """
    following = [due for draft in drafts for due in _following(draft, review=review)]
    facts = [_history(drafts, context), *_scores(drafts)]
    together = [*facts, *([planned_about(following)] if following else []), *beside]
    return await LEADS.save(connection, drafts, context, beside=together)


async def lock(
    connection: AsyncConnection, ids: Collection[UUID], *within: ColumnElement[bool]
) -> dict[UUID, Lead]:
    """These leads, unchanged by others until the transaction ends. In the order of ids, as all who lock.

    `within`: what the caller may see.
    """
    wanted = literal(sorted(set(ids)), ARRAY(Uuid))
    rows = await connection.execute(
        LEADS.everything.where(table.c.id == any_(wanted), *within)
        .order_by(table.c.id)
        .with_for_update(of=table)
    )
    return {row["id"]: LEADS.record_of(row) for row in rows.mappings()}


async def sources_of(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, str | None]:
    """The `source` of each of these leads."""
    wanted = table.c.id == any_(literal(sorted(ids), ARRAY(Uuid)))
    rows = await connection.execute(select(table.c.id, table.c.source).where(wanted))
    return {row.id: row.source for row in rows}


async def open_after(connection: AsyncConnection, after: UUID, *, limit: int) -> list[UUID]:
    """The next open leads in the order of their ids."""
    rows = select(table.c.id).where(
        table.c.id > after, table.c.status.in_(OPEN), table.c.merged_into.is_(None)
    )
    return list(await connection.scalars(rows.order_by(table.c.id).limit(limit)))


async def count_activities(
    connection: AsyncConnection, times: Mapping[UUID, int], last: Mapping[UUID, datetime]
) -> None:
    """Add to the counts of these leads; who locks several does so in the order of their ids."""
    ids = sorted(times)
    given = func.unnest(
        bindparam("lead_ids", ids, ARRAY(Uuid)),
        bindparam("times", [times[lead_id] for lead_id in ids], ARRAY(Integer)),
        bindparam("lasts", [last.get(lead_id) for lead_id in ids], ARRAY(Instant)),
    )
    worked = given.table_valued("id", "times", "at", name="worked").render_derived(with_types=False)
    wanted = bindparam("locked_ids", ids, ARRAY(Uuid))
    in_order = select(table.c.id).where(table.c.id == any_(wanted)).order_by(table.c.id)
    locked = in_order.with_for_update().cte("locked")
    await connection.execute(
        update(table)
        .where(table.c.id == locked.c.id, table.c.id == worked.c.id)
        .values(
            activity_count=func.greatest(table.c.activity_count + worked.c.times, 0),
            last_activity_at=func.greatest(table.c.last_activity_at, worked.c.at),
        )
    )


async def find_reached_by(
    connection: AsyncConnection, emails: Collection[str], phones: Collection[str]
) -> list[Lead]:
    """Open leads of these addresses (in small letters) and numbers, the oldest first."""
    by_email = func.lower(table.c.email) == any_(literal(sorted(emails), ARRAY(Text)))
    by_phone = table.c.phone == any_(literal(sorted(phones), ARRAY(Text)))
    leads = await LEADS.find_where(
        connection,
        or_(and_(by_email, table.c.email.is_not(None)), and_(by_phone, table.c.phone.is_not(None))),
        table.c.status.in_([literal_column(f"'{status}'") for status in OPEN]),
        table.c.merged_into.is_(None),
        table.c.archived_at.is_(None),
    )
    return sorted(leads, key=lambda lead: (lead.created_at, lead.id))


async def note(connection: AsyncConnection, entries: Sequence[Mapping[str, Any]]) -> None:
    """History of what happened elsewhere to what became of leads. An entry noted before is left as it is."""
    await connection.execute(insert_rows(lead_history, entries).on_conflict_do_nothing())


@dataclass(frozen=True, slots=True)
class InsertPushed:
    """New leads, each pointing at the oldest open lead of the same e-mail address, if there is one and the
    policy of its source looks for any. `cautious`: none whose policy blocks duplicates."""

    cautious: bool = False
    let_in: bool = False

    def build(self) -> ReturningInsert[Any]:
        """`INSERT ... SELECT ... ON CONFLICT DO NOTHING RETURNING id, duplicate_of`."""
        rows = rows_of(table, "records")
        known_twin = func.coalesce(_oldest_open_lead_of(rows.c.email), rows.c.duplicate_of)
        twin = rows.c.duplicate_of if self.let_in else case((~allows_duplicates(rows.c.source), known_twin))
        chosen = [twin.label(name) if name == "duplicate_of" else rows.c[name] for name in LEADS.columns]
        given = select(*chosen)
        if self.cautious:
            given = given.where(~blocks_duplicates(rows.c.source))
        new = insert(table).from_select(list(LEADS.columns), given, include_defaults=False)
        return new.on_conflict_do_nothing().returning(table.c.id, table.c.duplicate_of)


def _oldest_open_lead_of(email: ColumnElement[Any]) -> ScalarSelect[UUID]:
    """An aggregate, not ORDER BY with LIMIT 1: that one the planner answers by walking all leads in order."""
    other = table.alias("other")
    open_statuses = ", ".join(f"'{status}'" for status in OPEN)
    by_age = aggregate_order_by(other.c.id, other.c.created_at, other.c.id)
    oldest = func.array_agg(by_age, type_=ARRAY(Uuid))[1]
    return (
        select(oldest)
        .where(
            func.lower(other.c.email) == func.lower(email),
            other.c.email.is_not(None),
            other.c.archived_at.is_(None),
            other.c.merged_into.is_(None),
            text(f"other.status IN ({open_statuses})"),
        )
        .scalar_subquery()
    )


def _with_new(drafts: Sequence[Draft[Lead]], context: EventContext) -> list[Beside]:
    """What goes beside every new lead: its history, and its triage as the next thing to do."""
    triages = [
        Due(TRIAGE, draft.after.id, draft.after.updated_at, _said_of_new(draft, context))
        for draft in drafts
        if draft.after.status in OPEN
    ]
    facts = [_history(drafts, context), *_scores(drafts)]
    return [*facts, planned_beside(triages)] if triages else facts


def _said_of_new(draft: Draft[Lead], context: EventContext) -> dict[str, Any]:
    """What triage is told beside the lead."""
    let_in = any(step.details.get(LET_IN) for step in draft.steps)
    by = (draft.context or context).actor
    return {"loaded": is_loaded(draft.after), **({"let_in": True, "let_in_by": by} if let_in else {})}


def _scores(drafts: Sequence[Draft[Lead]]) -> list[Beside]:
    """The score history of leads that are judged for the first time or otherwise than before."""
    judged = [draft.after for draft in drafts if _judgement(draft.after) != _judgement(draft.before)]
    rows = [
        {
            "id": new_id(),
            "lead_id": lead.id,
            "at": lead.scored_at or lead.updated_at,
            "model_version": lead.score_version,
            "score": lead.score,
            "grade": lead.grade,
            "fit_points": lead.fit_points,
            "engagement_points": lead.engagement_points,
        }
        for lead in judged
    ]
    return [rows_beside(lead_score, rows, record="lead_id")] if rows else []


def _judgement(lead: Lead | None) -> tuple[object, ...]:
    return (None,) * 4 if lead is None else (lead.score, lead.grade, lead.fit_points, lead.engagement_points)


def _following(draft: Draft[Lead], *, review: bool) -> Iterator[Due]:
    """What these steps ask for: to be looked at again, a new clock for a new owner, unless it was started
    with them, and whatever goes with a first contact, or with being worked on no more or again."""
    lead, cause = draft.after, draft.context.correlation_id if draft.context else None
    newest_first = [step.what for step in reversed(draft.steps)]
    if "assigned" in newest_first and CLOCK_STARTED not in newest_first[: newest_first.index("assigned")]:
        yield Due(HANDED_OVER, new_id(), lead.updated_at, {"record_id": lead.id}, cause)
    if review:
        categorised = any("category" in step.fields for step in draft.steps)
        said = {"record_id": lead.id, "categorised": categorised, "freed": _freed_owner(draft)}
        yield Due(REVIEW, new_id(), lead.updated_at, said, cause)
    before = draft.before
    if before and before.status == lead.status == "new" and before.is_set_down != lead.is_set_down:
        kind = SET_DOWN if lead.is_set_down else TAKEN_UP
        yield Due(kind, new_id(), lead.updated_at, {"record_id": lead.id, "since": lead.updated_at}, cause)
    if "contacted" in newest_first:
        yield Due(CONTACTED, new_id(), lead.updated_at, {"record_id": lead.id}, cause)


def _freed_owner(draft: Draft[Lead]) -> bool:
    """Whether its owner has one open lead less now."""
    before, after = draft.before, draft.after
    if before is None or before.owner_id is None or not before.merges_by_itself:
        return False
    return before.owner_id != after.owner_id or not after.merges_by_itself


def _history(drafts: Sequence[Draft[Lead]], context: EventContext) -> Beside:
    rows = [
        {
            "id": new_id(),
            "lead_id": step.after.id,
            "version": step.after.version,
            "at": step.at,
            "what": step.what,
            "by": (draft.context or context).actor,
            "details": {**({"changes": step.fields} if step.fields else {}), **step.details},
        }
        for draft in drafts
        for step in draft.steps
    ]
    return rows_beside(lead_history, rows, record="lead_id")
