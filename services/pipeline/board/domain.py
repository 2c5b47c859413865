"""Where a card comes to lie between others."""

from dataclasses import dataclass
from decimal import Context, Decimal
from typing import Literal
from uuid import UUID

SPREAD = "board.spread"
"""What is planned for a column whose ranks have become long: its stage is the subject."""
MOST_DECIMALS = 24
# Less than a microsecond, by which a card comes before those that nobody placed.
_NEXT = Decimal("0.0000005")
_EXACT = Context(prec=200)
Side = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Card:
    """A card in its column: cards are in order by rank, those of one rank by id."""

    id: UUID
    rank: Decimal


def rank_between(card: Card, side: Side, further: Card | None) -> Decimal | None:
    """A rank right beside `card`, before the one that lies further on that side, if there is one.

    None: both have the same rank, nothing fits in between.
    """
    if further is None:
        return _EXACT.subtract(card.rank, _NEXT) if side == "before" else _EXACT.add(card.rank, _NEXT)
    if further.rank == card.rank:
        return None
    return _EXACT.divide(_EXACT.add(card.rank, further.rank), Decimal(2))


def is_long(rank: Decimal) -> bool:
    """Whether so many cards were put between the same two that the column should be spread."""
    exponent = rank.as_tuple().exponent
    return isinstance(exponent, int) and -exponent > MOST_DECIMALS
