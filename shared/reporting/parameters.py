"""The query parameters by which every report is asked for a span of time.

Must never break: a report that cannot answer `as_of` does not take it.
"""

from typing import Annotated

from fastapi import Depends, Query

from shared.reporting.asked import Asked

_Period = Annotated[
    str | None,
    Query(
        max_length=20,
        description="`2027-Q1` (fiscal), `2027-03`, `2027-W09`, `2027` (fiscal), or `week`, `month`, "
        "`quarter`, `year` for the current one, which `quarter` is when nothing is given.",
    ),
]
_First = Annotated[str | None, Query(alias="from", max_length=20, description="First day, with `to`.")]
_Last = Annotated[str | None, Query(alias="to", max_length=20, description="Last day, included.")]
_AsOf = Annotated[
    str | None,
    Query(
        max_length=40,
        description="As things stood at this instant, or at the end of this day, by business time.",
    ),
]


async def _asked(
    period: _Period = None, first: _First = None, last: _Last = None, as_of: _AsOf = None
) -> Asked:
    return Asked(period, first, last, as_of)


async def _asked_now(period: _Period = None, first: _First = None, last: _Last = None) -> Asked:
    return Asked(period, first, last)


AskedPeriod = Annotated[Asked, Depends(_asked)]
"""A period, and as of when."""
PresentPeriod = Annotated[Asked, Depends(_asked_now)]
"""A period, as it stands now."""
