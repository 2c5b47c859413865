"""Consent to and from its table."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import CTE, ColumnElement, FromClause, and_, or_, select, true
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.domain import Consent
from services.leads.consent.tables import consent as table
from services.leads.record.domain import field_names
from services.leads.record.repository import Beside, rows_of
from shared.persistence.bulk import insert_rows

Subject = Literal["lead_id", "contact_id"]
_FIELDS = field_names(Consent)
_COLUMNS = ("lead_id", "contact_id", *_FIELDS)
_PARAMETER = "consent_said"


@dataclass(frozen=True, slots=True)
class Hearsay:
    """What partners and other systems say of leads that are written: only what is new, and never the end of
    a withdrawal."""

    def build(self, written: CTE) -> CTE:
        """The insert beside the leads."""
        rows = rows_of(table, _PARAMETER)
        return _hearsay(rows, rows.c.lead_id.in_(select(written.c.id))).cte("consent_beside")


def hearsay_beside(said: Iterable[tuple[UUID, Consent]]) -> Beside:
    """Consent of leads, written with them."""
    return Beside(Hearsay(), {_PARAMETER: _rows("lead_id", said)})


async def add_hearsay(connection: AsyncConnection, said: Iterable[tuple[UUID, Consent]]) -> None:
    """The same for leads that are there."""
    await connection.execute(_hearsay(rows_of(table, _PARAMETER)), {_PARAMETER: _rows("lead_id", said)})


async def add(connection: AsyncConnection, subject: Subject, subject_id: UUID, said: list[Consent]) -> None:
    """Entries of one lead or contact, as they are."""
    await connection.execute(insert_rows(table, _rows(subject, [(subject_id, each) for each in said])))


async def of_one(connection: AsyncConnection, subject: Subject, subject_id: UUID) -> list[Consent]:
    """The last 1,000 entries of a lead or contact, oldest first."""
    latest = (
        select(*(table.c[name] for name in _FIELDS))
        .where(table.c[subject] == subject_id)
        .order_by(table.c.id.desc())
        .limit(1000)
    )
    rows = (await connection.execute(latest)).mappings().all()
    return [Consent(**row) for row in reversed(rows)]


def _rows(subject: Subject, said: Iterable[tuple[UUID, Consent]]) -> list[dict[str, Any]]:
    nobody: dict[str, Any] = {"lead_id": None, "contact_id": None}
    return [{**nobody, subject: subject_id, **asdict(each)} for subject_id, each in said]


def _hearsay(rows: FromClause, *conditions: ColumnElement[bool]) -> Insert:
    known = table.alias("known")
    holds = (
        select(known.c.state, known.c.basis)
        .where(known.c.lead_id == rows.c.lead_id, known.c.channel == rows.c.channel)
        .order_by(known.c.id.desc())
        .limit(1)
        .lateral("holds")
    )
    differs = or_(holds.c.state != rows.c.state, holds.c.basis != rows.c.basis)
    says_something = or_(holds.c.state.is_(None), and_(holds.c.state == "granted", differs))
    chosen = (
        select(*(rows.c[name] for name in _COLUMNS))
        .select_from(rows.outerjoin(holds, true()))
        .where(says_something, *conditions)
    )
    return insert(table).from_select(list(_COLUMNS), chosen, include_defaults=False)
