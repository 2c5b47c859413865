"""Plans, enrolments and steps to and from their tables."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Text, Uuid, any_, bindparam, func, literal, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.nurture.domain import Enrolment, Plan, Step
from services.leads.nurture.tables import nurture_enrolment, nurture_plan, nurture_step
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of
from shared.persistence.bulk import insert_rows

PLANS = RecordTable(nurture_plan, Plan, {}, history_of("nurture_plan"))
_MOST = 1000


async def active_plans(connection: AsyncConnection, categories: Collection[str]) -> dict[str, Plan]:
    """The plans that leads of these categories begin, by category."""
    found = await PLANS.find_where(
        connection,
        nurture_plan.c.category == any_(literal(sorted(categories), ARRAY(Text))),
        nurture_plan.c.active,
        nurture_plan.c.archived_at.is_(None),
    )
    return {plan.category: plan for plan in found}


async def running(connection: AsyncConnection, leads: Collection[UUID]) -> dict[UUID, Enrolment]:
    """What these leads are going through."""
    rows = await connection.execute(
        select(nurture_enrolment).where(
            nurture_enrolment.c.lead_id == any_(_ids(leads)), nurture_enrolment.c.ended_at.is_(None)
        )
    )
    return {row["lead_id"]: Enrolment(**row) for row in rows.mappings()}


async def add(connection: AsyncConnection, enrolments: Sequence[Enrolment], steps: Sequence[Step]) -> None:
    """Leads begin their plans."""
    await connection.execute(insert_rows(nurture_enrolment, [asdict(each) for each in enrolments]))
    if steps:
        await connection.execute(insert_rows(nurture_step, [asdict(each) for each in steps]))


async def steps_to_come(connection: AsyncConnection, enrolments: Collection[UUID]) -> list[UUID]:
    """The steps of these enrolments that are still planned."""
    step = nurture_step.c
    return list(
        await connection.scalars(
            select(step.id).where(step.enrolment_id == any_(_ids(enrolments)), step.state == "planned")
        )
    )


async def end(connection: AsyncConnection, ended: Mapping[UUID, str], now: datetime) -> None:
    """Enrolments (id -> why) are over, steps still planned are cancelled."""
    unnested = func.unnest(
        bindparam("ids", list(ended), ARRAY(Uuid)), bindparam("whys", list(ended.values()), ARRAY(Text))
    ).table_valued("id", "why", name="ended")
    given = unnested.render_derived(with_types=False)
    await connection.execute(
        update(nurture_enrolment)
        .where(nurture_enrolment.c.id == given.c.id, nurture_enrolment.c.ended_at.is_(None))
        .values(ended_at=now, ended_why=given.c.why)
    )
    await connection.execute(
        update(nurture_step)
        .where(nurture_step.c.enrolment_id == given.c.id, nurture_step.c.state == "planned")
        .values(state="cancelled", settled_at=now, why=given.c.why)
    )


async def planned(connection: AsyncConnection, steps: Collection[UUID]) -> list[tuple[Step, Enrolment]]:
    """Those of the steps that are still to come, with what they belong to; nobody else changes them now."""
    rows = await connection.execute(
        select(nurture_step)
        .where(nurture_step.c.id == any_(_ids(steps)), nurture_step.c.state == "planned")
        .order_by(nurture_step.c.id)
        .with_for_update()
    )
    found = [Step(**row) for row in rows.mappings()]
    enrolments = await connection.execute(
        select(nurture_enrolment).where(
            nurture_enrolment.c.id == any_(_ids({step.enrolment_id for step in found}))
        )
    )
    by_id = {row["id"]: Enrolment(**row) for row in enrolments.mappings()}
    return [(step, by_id[step.enrolment_id]) for step in found]


async def settle(connection: AsyncConnection, activities: Mapping[UUID, UUID], now: datetime) -> None:
    """Steps (id -> activity) became activities; an enrolment without steps to come is complete."""
    unnested = func.unnest(
        bindparam("ids", list(activities), ARRAY(Uuid)),
        bindparam("made", list(activities.values()), ARRAY(Uuid)),
    ).table_valued("id", "activity_id", name="settled")
    given = unnested.render_derived(with_types=False)
    enrolments = await connection.scalars(
        update(nurture_step)
        .where(nurture_step.c.id == given.c.id)
        .values(state="created", activity_id=given.c.activity_id, settled_at=now)
        .returning(nurture_step.c.enrolment_id)
    )
    left = nurture_step.alias("left")
    await connection.execute(
        update(nurture_enrolment)
        .where(
            nurture_enrolment.c.id == any_(_ids(set(enrolments))),
            nurture_enrolment.c.ended_at.is_(None),
            ~select(left.c.id)
            .where(left.c.enrolment_id == nurture_enrolment.c.id, left.c.state == "planned")
            .exists(),
        )
        .values(ended_at=now, ended_why="complete")
    )


async def enrolments_of(connection: AsyncConnection, lead_id: UUID) -> list[tuple[Enrolment, list[Step]]]:
    """Everything the lead went through, the newest first, with its steps in order."""
    rows = await connection.execute(
        select(nurture_enrolment)
        .where(nurture_enrolment.c.lead_id == lead_id)
        .order_by(nurture_enrolment.c.started_at.desc(), nurture_enrolment.c.id.desc())
        .limit(50)
    )
    enrolments = [Enrolment(**row) for row in rows.mappings()]
    steps = await connection.execute(
        select(nurture_step)
        .where(nurture_step.c.enrolment_id == any_(_ids({each.id for each in enrolments})))
        .order_by(nurture_step.c.enrolment_id, nurture_step.c.position)
        .limit(_MOST)
    )
    found = [Step(**row) for row in steps.mappings()]
    return [(each, [step for step in found if step.enrolment_id == each.id]) for each in enrolments]


def _ids(ids: Collection[UUID]) -> ColumnElement[Any]:
    return literal(sorted(ids), ARRAY(Uuid))
