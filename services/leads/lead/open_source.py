"""Whether a lead may come in without being compared, asked by the statement that writes it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Text, bindparam

from services.leads.duplicate_policy.use_cases.judge_sources import blocks_duplicates
from services.leads.record.repository import Guarded


@dataclass(frozen=True, slots=True)
class OpenSource:
    """The policy of its source does not block duplicates, which would have to be looked for first."""

    def condition(self) -> ColumnElement[bool]:
        """With the parameter `its_source`."""
        return ~blocks_duplicates(bindparam("its_source", type_=Text()))


def open_source(source: str | None) -> Guarded:
    """The guard of a lead of this source."""
    return Guarded(OpenSource(), {"its_source": source})
