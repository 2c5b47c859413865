"""Runs to and from their table."""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.leak_run.domain import LeakRun, Sighting
from services.pipeline.leak_run.tables import leak_run

_R = leak_run.c
_SIGHTINGS: TypeAdapter[tuple[Sighting, ...]] = TypeAdapter(tuple[Sighting, ...])


async def last_sightings(connection: AsyncConnection) -> Sequence[Sighting]:
    """What the last run found."""
    last: Any = await connection.scalar(select(_R.findings).order_by(_R.at.desc(), _R.id.desc()).limit(1))
    return _SIGHTINGS.validate_python(last or ())


async def add(connection: AsyncConnection, run: LeakRun) -> None:
    """Keep it."""
    names = ("id", "at", "begins", "ends", "currency", "comparisons", "too_small")
    values = {name: getattr(run, name) for name in names}
    findings = _SIGHTINGS.dump_python(run.findings, mode="json")
    await connection.execute(insert(leak_run).values(**values, found=len(run.findings), findings=findings))
