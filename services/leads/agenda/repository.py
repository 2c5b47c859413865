"""Entries of the agenda that are written by the statement that writes the records they are about."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CTE, Uuid, select
from sqlalchemy.dialects.postgresql import insert

from services.leads.record.repository import Beside, rows_beside, rows_of
from services.leads.tables import AGENDA
from shared.agenda.domain import Due
from shared.agenda.repository import COLUMNS, renewing, row_of


def beside(entries: Sequence[Due]) -> Beside:
    """New entries that are written with the records they are about, by the same statement."""
    return rows_beside(AGENDA, [row_of(due) for due in entries], record="subject_id")


@dataclass(frozen=True, slots=True)
class PlannedAgain:
    """Entries of records that are written, each replacing the one of its kind and subject."""

    def build(self, written: CTE) -> CTE:
        """The upsert, with its rows as the parameter `agenda_again_rows`."""
        rows = rows_of(AGENDA, "agenda_again_rows")
        given = select(*(rows.c[name] for name in COLUMNS)).where(rows.c.subject_id.in_(select(written.c.id)))
        new = insert(AGENDA).from_select(list(COLUMNS), given, include_defaults=False)
        return renewing(new).cte("planned_again")


def again_beside(entries: Sequence[Due]) -> Beside:
    """Entries of records that may have one of the kind already, written by the statement that writes them."""
    return Beside(PlannedAgain(), {"agenda_again_rows": [row_of(due) for due in entries]})


@dataclass(frozen=True, slots=True)
class AboutRecords:
    """New entries about records that are written: the payload names the record, the subject is new."""

    def build(self, written: CTE) -> CTE:
        """The insert, with its rows as the parameter `agenda_about_rows`."""
        rows = rows_of(AGENDA, "agenda_about_rows")
        about = rows.c.payload["record_id"].astext.cast(Uuid)
        chosen = select(*(rows.c[name] for name in COLUMNS)).where(about.in_(select(written.c.id)))
        new = insert(AGENDA).from_select(list(COLUMNS), chosen, include_defaults=False)
        return new.cte("agenda_about")


def about_beside(entries: Sequence[Due]) -> Beside:
    """New entries about records whose ids are the `record_id` of the payloads."""
    return Beside(AboutRecords(), {"agenda_about_rows": [row_of(due) for due in entries]})
