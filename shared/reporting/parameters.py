"""The query parameters by which every report is asked for a span of time.

Must never break: a report that cannot answer `as_of` does not take it.
"""

from typing import Annotated

from fastapi import Depends, Query

from shared.reporting.asked import Asked, AskedMoment

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
        description="As things stood at this instant, or at the end of this day, by business time. Not in "
        "the future; today is now.",
    ),
]

_KnownAt = Annotated[
    str | None,
    Query(
        max_length=40,
        description="As far as it was known at this instant, or at the end of this day. Not in the future; "
        "today is now.",
    ),
]


async def _asked(
    period: _Period = None, first: _First = None, last: _Last = None, as_of: _AsOf = None
) -> Asked:
    return Asked(period, first, last, as_of)


async def _asked_known(
    period: _Period = None,
    first: _First = None,
    last: _Last = None,
    as_of: _AsOf = None,
    known_at: _KnownAt = None,
) -> Asked:
    return Asked(period, first, last, as_of, known_at)


async def _asked_now(period: _Period = None, first: _First = None, last: _Last = None) -> Asked:
    return Asked(period, first, last)


async def _asked_moment(as_of: _AsOf = None, known_at: _KnownAt = None) -> AskedMoment:
    return AskedMoment(as_of, known_at)


AskedPeriod = Annotated[Asked, Depends(_asked)]
"""A period, and as of when."""
KnownPeriod = Annotated[Asked, Depends(_asked_known)]
"""A period, as of when, and as far as that was known when."""
PresentPeriod = Annotated[Asked, Depends(_asked_now)]
"""A period, as it stands now."""
AsOf = Annotated[AskedMoment, Depends(_asked_moment)]
"""How things stood, and as far as that was known when."""
