"""Tests of fit to and from their table."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.fit.domain import FitTest, Kind
from services.leads.fit.tables import fit_test

_MOST = 200


async def add(connection: AsyncConnection, test: FitTest) -> None:
    """One more."""
    await connection.execute(insert(fit_test).values(asdict(test)))


async def tests_of(connection: AsyncConnection, kind: Kind, subject_id: UUID) -> list[FitTest]:
    """The newest first."""
    rows = await connection.execute(
        select(fit_test)
        .where(fit_test.c.subject_id == subject_id, fit_test.c.kind == kind)
        .order_by(fit_test.c.assessed_at.desc(), fit_test.c.id.desc())
        .limit(_MOST)
    )
    return [FitTest(**row) for row in rows.mappings()]
