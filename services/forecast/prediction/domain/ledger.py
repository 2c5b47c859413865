"""The lives of all deals and, place by place, which deal it is and whose."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from numpy.typing import NDArray

from services.forecast.prediction.domain.lives import Lives

OWNER, PRODUCT, SOURCE, TEAM = "owner", "product", "source", "team"


@dataclass(frozen=True, slots=True)
class Ledger:
    """`deal_id`: 16 bytes each. `counted`: open, and not left out of forecasts.

    `owners` and `products`: what the levels of these factors stand for, None for nobody and none. Of deals
    closed before `told_since` nothing is known of how they stood while open.
    """

    lives: Lives
    deal_id: NDArray[Any]
    sequence: NDArray[Any]
    counted: NDArray[Any]
    owners: tuple[UUID | None, ...]
    products: tuple[UUID | None, ...]
    told_since: int
