"""Look at one cut of one stage, whether anything stands out there or not."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.leak import queries
from services.pipeline.leak.domain.comparison import Against, Comparison, chance, references, since
from services.pipeline.leak.domain.counts import Count, Cut, Line, Measure, levels_of
from services.pipeline.leak.queries import Asked


@dataclass(frozen=True, slots=True)
class Measured:
    """The cut in the period, and what it can be compared with. `limit_days`: what counts as too long."""

    stage_id: UUID
    measure: Measure
    cut: Cut
    now: Count
    references: Mapping[Against, Count]
    since: date | None
    limit_days: float | None

    def against(self, against: Against) -> Comparison:
        """Compared; with nothing where there is no such reference."""
        reference = self.references.get(against, Count())
        p_value = chance(self.now, reference)
        return Comparison(self.stage_id, self.measure, self.cut, against, self.now, reference, p_value)


async def measure_cut(
    connection: AsyncConnection, asked: Asked, stage_id: UUID, measure: Measure, cut: Cut
) -> Measured:
    """The counts of this cut of this stage; all are 0 where nothing happened."""
    parents = await queries.team_parents(connection)
    here = replace(asked, stage_id=stage_id)
    limits = await queries.limits_of(connection, here)
    cells = await queries.cells(connection, here, limits)
    levels = levels_of(cells, parents).get((stage_id, measure))
    line = Line() if levels is None else levels.lines.get(cut, Line())
    compared = {} if levels is None or cut not in levels.lines else dict(references(levels, cut))
    limit = limits.get(stage_id) if measure == "stuck" else None
    days = None if limit is None else limit.total_seconds() / 86400
    return Measured(stage_id, measure, cut, line.now, compared, since(line), days)
