"""The query parameters by which every report is asked for a span of time."""

from typing import Annotated

from fastapi import Depends, Query

from services.forecast.period.domain import Asked


async def _asked(
    period: Annotated[
        str | None,
        Query(
            max_length=20,
            description="`2027-Q1` (fiscal), `2027-03`, `2027-W09`, `2027` (fiscal), or `week`, `month`, "
            "`quarter`, `year` for the current one, which `quarter` is when nothing is given.",
        ),
    ] = None,
    first: Annotated[
        str | None, Query(alias="from", max_length=20, description="First day, with `to`.")
    ] = None,
    last: Annotated[str | None, Query(alias="to", max_length=20, description="Last day, included.")] = None,
    as_of: Annotated[
        str | None,
        Query(
            max_length=40,
            description="As things stood at this instant, or at the end of this day, by business time.",
        ),
    ] = None,
) -> Asked:
    return Asked(period, first, last, as_of)


AskedPeriod = Annotated[Asked, Depends(_asked)]
