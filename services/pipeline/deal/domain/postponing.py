"""How often and how far the close date of a deal was put off."""

from datetime import date
from typing import Any, Protocol


class Promised(Protocol):
    """A deal with the dates it was promised for."""

    @property
    def expected_close(self) -> date | None: ...
    @property
    def first_expected_close(self) -> date | None: ...
    @property
    def close_pushes(self) -> int: ...
    @property
    def close_days_pushed(self) -> int: ...


def postponed(deal: Promised, to: date | None) -> dict[str, Any]:
    """The fields that change with the close date. Every move to a later date counts, none is taken back."""
    since = deal.expected_close
    fields: dict[str, Any] = {}
    if deal.first_expected_close is None:
        fields["first_expected_close"] = since or to
    if since is not None and to is not None and to > since:
        fields["close_pushes"] = deal.close_pushes + 1
        fields["close_days_pushed"] = deal.close_days_pushed + (to - since).days
    return fields
