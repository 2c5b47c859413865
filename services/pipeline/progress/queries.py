"""Everything gates may ask for that is recorded beside a deal: one query."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Text, Uuid, bindparam, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.approval.repository import APPROVAL_ROWS
from services.pipeline.body import money
from services.pipeline.closing.repository import CLOSING_ROWS
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal_checklist.repository import TASK_ROWS
from services.pipeline.deal_need.repository import NEED_ROWS
from services.pipeline.gate.domain import Approval, Evidence
from services.pipeline.objection.repository import OBJECTION_ROWS
from services.pipeline.pipeline.rows import STAGES, read_tasks

_N, _O, _C, _A, _T = NEED_ROWS.c, OBJECTION_ROWS.c, CLOSING_ROWS.c, APPROVAL_ROWS.c, TASK_ROWS.c


async def evidence_of(connection: AsyncConnection, deal: Deal) -> Evidence:
    """What has been recorded beside this deal."""
    row = (await connection.execute(_query(), {"of_deal": deal.id, "in_stage": deal.stage.id})).one()
    done = {UUID(each) for each in row.done or ()}
    return Evidence(
        needs=row.needs,
        open_objections=row.open_objections,
        signing_date=row.signing_date,
        approvals=_approvals(row.approvals or ()),
        unfinished=tuple(
            task.label
            for task in (*read_tasks(row.checklist), *read_tasks(row.actions))
            if task.required and task.id not in done
        ),
    )


@cache
def _query() -> Select[Any]:
    """Built once: building it takes longer than running it."""
    deal_id, stage_id = bindparam("of_deal", type_=Uuid()), bindparam("in_stage", type_=Uuid())
    given = func.jsonb_build_object(
        *("gate_id", _A.gate_id, "amount", cast(_A.amount, Text), "currency", _A.currency),
        *("base_amount", cast(_A.base_amount, Text), "base_currency", _A.base_currency),
        *("expires_at", _A.expires_at),
    )
    return select(
        select(func.count())
        .where(_N.deal_id == deal_id, _N.withdrawn_at.is_(None))
        .scalar_subquery()
        .label("needs"),
        select(func.count())
        .where(_O.deal_id == deal_id, _O.resolved_at.is_(None))
        .scalar_subquery()
        .label("open_objections"),
        select(_C.signing_date).where(_C.id == deal_id).scalar_subquery().label("signing_date"),
        select(func.jsonb_agg(given))
        .where(_A.deal_id == deal_id, _A.status == "approved")
        .scalar_subquery()
        .label("approvals"),
        select(func.jsonb_agg(_T.task_id))
        .where(_T.deal_id == deal_id, _T.done)
        .scalar_subquery()
        .label("done"),
        STAGES.c.checklist,
        STAGES.c.actions,
    ).where(STAGES.c.id == stage_id)


def _approvals(given: Sequence[Mapping[str, Any]]) -> tuple[Approval, ...]:
    return tuple(
        Approval(
            gate_id=UUID(each["gate_id"]),
            amount=money(_decimal(each["amount"]), each["currency"]),
            base_amount=money(_decimal(each["base_amount"]), each["base_currency"]),
            expires_at=each["expires_at"] and datetime.fromisoformat(each["expires_at"]),
        )
        for each in given
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
