"""Policies, clocks and first responses to and from their tables."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, any_, case, literal, literal_column, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.domain import field_names
from services.leads.record.record_table import RecordTable
from services.leads.response.domain import Clock, Outcome, ResponsePolicy
from services.leads.response.tables import first_response, response_clock, response_policy
from services.leads.setting_history.use_cases.keep_history import history_of
from shared.persistence.bulk import insert_rows, recordset

POLICIES = RecordTable(response_policy, ResponsePolicy, {}, history_of("policy"))
_clock = response_clock.c
_runs = _clock.outcome.is_(None)


async def active_policies(connection: AsyncConnection) -> list[ResponsePolicy]:
    """In the order in which they are asked, 1,000 at most."""
    policy = response_policy.c
    rows = await connection.execute(
        POLICIES.everything.where(policy.active, policy.archived_at.is_(None))
        .order_by(policy.position, policy.created_at, policy.id)
        .limit(1000)
    )
    return [POLICIES.record_of(row) for row in rows.mappings()]


async def policies_of(
    connection: AsyncConnection, leads: Collection[UUID]
) -> dict[UUID, tuple[ResponsePolicy, int]]:
    """For each of these leads the policy of its running clock, and how often it was reassigned by then."""
    rows = await connection.execute(
        POLICIES.everything.add_columns(_clock.lead_id, _clock.reassignments)
        .join(response_clock, _clock.policy_id == response_policy.c.id)
        .where(_clock.lead_id == any_(_ids(leads)), _runs)
    )
    return {row["lead_id"]: (POLICIES.record_of(row), row["reassignments"]) for row in rows.mappings()}


async def start(connection: AsyncConnection, clocks: Sequence[Clock]) -> None:
    """These clocks run from now on."""
    if clocks:
        names = [name for name in field_names(Clock) if name != "warn_at"]
        rows = [{name: getattr(each, name) for name in names} for each in clocks]
        await connection.execute(insert_rows(response_clock, rows))


async def end(connection: AsyncConnection, outcomes: Mapping[UUID, Outcome]) -> None:
    """The running clocks of these leads have ended like this."""
    if outcomes:
        rows = [{"lead_id": lead_id, "outcome": outcome} for lead_id, outcome in outcomes.items()]
        ended = recordset(response_clock, rows)
        await connection.execute(
            update(response_clock)
            .values(outcome=ended.c.outcome)
            .where(_clock.lead_id == ended.c.lead_id, _runs)
        )


async def with_clocks(connection: AsyncConnection, leads: Collection[UUID]) -> set[UUID]:
    """Those of the leads that have or had a clock."""
    return set(
        await connection.scalars(select(_clock.lead_id).where(_clock.lead_id == any_(_ids(leads))).distinct())
    )


async def running_of(
    connection: AsyncConnection, owner_id: UUID, *, after: UUID, now: datetime, most: int
) -> dict[UUID, int]:
    """Leads of this owner, in the order of ids, whose clock runs by a policy that gives them to others when
    the owner is absent, and how often each was reassigned."""
    policy = response_policy.c
    rows = await connection.execute(
        select(_clock.lead_id, _clock.reassignments)
        .join(response_policy, policy.id == _clock.policy_id)
        .where(
            _clock.owner_id == owner_id,
            _runs,
            _clock.due_at > now,
            _clock.lead_id > after,
            policy.on_absence == "reassign",
        )
        .order_by(_clock.lead_id)
        .limit(most)
    )
    return {row.lead_id: row.reassignments for row in rows}


async def answer(connection: AsyncConnection, answers: Sequence[Mapping[str, Any]]) -> None:
    """First contacts: `lead_id`, `owner_id`, `at`, `minutes`, `business_minutes`. Each lead's newest clock
    says whether that was in time, however late it was told."""
    new = insert_rows(first_response, answers).on_conflict_do_nothing()
    await connection.execute(new)
    told = recordset(first_response, answers)
    newest = (
        select(_clock.id, told.c.at)
        .join(told, told.c.lead_id == _clock.lead_id)
        .where(or_(_runs, _clock.outcome == literal_column("'breached'")))
        .ext(distinct_on(_clock.lead_id))
        .order_by(_clock.lead_id, _clock.started_at.desc(), _clock.id.desc())
        .subquery()
    )
    in_time = case((newest.c.at <= _clock.due_at, "met"), else_="breached")
    await connection.execute(
        update(response_clock)
        .values(outcome=in_time, answered_at=newest.c.at)
        .where(_clock.id == newest.c.id)
    )


def _ids(leads: Collection[UUID]) -> Any:
    return literal(sorted(leads), ARRAY(Uuid))
