"""Bases of targets to and from their table. What is frozen is never written again."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.target_basis.domain import Basis
from services.forecast.target_basis.tables import target_basis

_MOST = 50


async def add(connection: AsyncConnection, basis: Basis) -> None:
    """Keep it."""
    await connection.execute(insert(target_basis).values(asdict(basis)))


async def bases_of(connection: AsyncConnection, target_id: UUID) -> list[Basis]:
    """The newest first."""
    query = (
        select(target_basis)
        .where(target_basis.c.target_id == target_id)
        .order_by(target_basis.c.id.desc())
        .limit(_MOST)
    )
    return [Basis(**row) for row in (await connection.execute(query)).mappings()]
