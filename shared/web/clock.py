"""The one place a request reads the time. Rules and use cases get `now` passed in.

Must never break: the instant is aware and UTC.
"""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Depends, Request


def utc_now() -> datetime:
    """The wall clock, aware UTC."""
    return datetime.now(UTC)


async def _now(request: Request) -> datetime:
    instant: datetime = request.app.state.clock()
    return instant


Now = Annotated[datetime, Depends(_now)]
