"""Segments are checked when they are saved; open leads and all accounts are held against them anew."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.domain import compile_expression
from services.leads.lead.use_cases.review_leads import review_open_leads
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.segment.domain import ALL_ACCOUNTS, Segment
from services.leads.segment.repository import SEGMENTS, active_segments
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id

SETTINGS = Settings(SEGMENTS, "segment")
_EVERYTHING = UUID(int=0)


async def add_segment(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> Segment:
    """The new segment. Refuses a key that is taken. Needs a transaction."""
    _check(values)
    new = Segment(id=new_id(), created_at=now, updated_at=now, **values)
    made = await SETTINGS.add(connection, new, now=now)
    await _look_again(connection, now)
    return made


async def edit_segment(
    connection: AsyncConnection,
    segment_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Segment:
    """The segment with these values. Needs a transaction."""
    _check(values)
    edited = await SETTINGS.edit(connection, segment_id, values, seen_version=seen_version, now=now)
    await _look_again(connection, now)
    return edited


async def archive_segment(
    connection: AsyncConnection, segment_id: UUID, *, seen_version: int | None, now: datetime
) -> None:
    """Nothing is put into it any more; what a member put there stays. Needs a transaction."""
    await SETTINGS.archive(connection, segment_id, seen_version=seen_version, now=now)
    await _look_again(connection, now)


async def check_segment(connection: AsyncConnection, key: str | None) -> None:
    """Refuses with `segment_unknown` what is no active segment."""
    if key is not None and key not in {each.key for each in await active_segments(connection)}:
        detail = "There is no active segment of this key; see GET /v1/segments."
        raise DomainError("segment_unknown", detail, [FieldError("/segment", "segment_unknown", detail)])


async def _look_again(connection: AsyncConnection, now: datetime) -> None:
    await review_open_leads(connection, now=now)
    await plan_work(connection, [Due(ALL_ACCOUNTS, _EVERYTHING, now)])


def _check(values: Mapping[str, Any]) -> None:
    if values.get("condition") is not None:
        compile_expression(values["condition"], pointer="/condition", wanted="condition")
