"""What must be filled in when somebody enters a lead, asked by the statement that writes the lead."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, bindparam, exists, select, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import LeadError
from services.leads.lead.tables import lead_form
from services.leads.record.repository import Guarded
from shared.contracts.errors import FieldError


@dataclass(frozen=True, slots=True)
class CompleteEnough:
    """Nothing that the organisation asks for is among what the lead lacks."""

    def condition(self) -> ColumnElement[bool]:
        """With the parameter `lacking`."""
        asked = lead_form.c.mandatory.overlap(bindparam("lacking", type_=ARRAY(Text())))
        return ~exists(select(lead_form.c.sole).where(asked))


def complete_enough(lacking: Sequence[str]) -> Guarded:
    """The guard of a lead that lacks these fields."""
    return Guarded(CompleteEnough(), {"lacking": list(lacking)})


async def mandatory_fields(connection: AsyncConnection) -> tuple[int, tuple[str, ...]]:
    """The version of the settings, 0 before there are any, and the fields."""
    row = (await connection.execute(select(lead_form))).mappings().first()
    return (0, ()) if row is None else (row["version"], tuple(row["mandatory"]))


async def set_mandatory_fields(
    connection: AsyncConnection, fields: Sequence[str], seen_version: int | None
) -> int:
    """The new version. Refuses with `version_conflict` when they are no longer those of `seen_version`."""
    new = insert(lead_form).values(sole=True, version=1, mandatory=list(dict.fromkeys(fields)))
    same = text("true") if seen_version is None else lead_form.c.version == seen_version
    renewed = new.on_conflict_do_update(
        index_elements=["sole"],
        set_={"version": lead_form.c.version + 1, "mandatory": new.excluded.mandatory},
        where=same,
    )
    version: int | None = await connection.scalar(renewed.returning(lead_form.c.version))
    if version is None:
        raise LeadError("version_conflict", "The settings were changed meanwhile; read them again.")
    return version


async def refuse_incomplete(connection: AsyncConnection, lacking: Sequence[str]) -> None:
    """Refuses with `validation_failed` naming what is asked for and lacks, if anything is."""
    _, asked = await mandatory_fields(connection)
    missing = [name for name in asked if name in lacking]
    if missing:
        detail = "Your organisation asks for this when a lead is entered."
        errors = [FieldError(f"/{name}", "required", detail) for name in missing]
        raise LeadError("validation_failed", detail, errors)
