"""How the figures of every report are divided, rounded and defined.

Must never break: a ratio whose denominator is 0 is None, and names what is divided by what.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_EVEN, Decimal

from shared.contracts.money import CENT, Money
from shared.contracts.periods import Period
from shared.reporting.schemas import DefinitionOut, PeriodOut

MOST_GROUPS = 500
"""So many groups of a report are shown; how many are left out stands beside them."""
TEN_THOUSANDTH = Decimal("0.0001")
Meanings = Mapping[str, tuple[str, str | None]]
"""Figure -> what it is and None, or what is divided and by what."""


def ratio(above: Decimal | int, below: Decimal | int, digits: Decimal = TEN_THOUSANDTH) -> Decimal | None:
    """`above / below`, rounded half-even; None when there is nothing to divide by."""
    return (Decimal(above) / below).quantize(digits, ROUND_HALF_EVEN) if below else None


def cents(amount: Decimal | int) -> Decimal:
    """Rounded once, half-even, after adding."""
    return Decimal(amount).quantize(CENT, ROUND_HALF_EVEN)


def money(amount: Decimal | int, currency: str) -> Money:
    """A sum, which may have more digits than an amount that is put in."""
    return Money.model_construct(amount=cents(amount), currency=currency)


def known_money(amount: Decimal | None, currency: str) -> Money | None:
    """The same; None stays None."""
    return None if amount is None else money(amount, currency)


def period_shown(period: Period) -> PeriodOut:
    """The period as reports show it."""
    return PeriodOut(name=period.name, first=period.starts_on, last=period.ends_on)


def defined(meanings: Meanings, when: str) -> dict[str, DefinitionOut]:
    """The definition of each figure; `when` says what belongs to the period."""
    return {name: _definition(above, below, when) for name, (above, below) in meanings.items()}


def _definition(above: str, below: str | None, when: str) -> DefinitionOut:
    if below is None:
        return DefinitionOut(meaning=above, numerator=None, denominator=None, period=when)
    meaning = f"{above}, divided by: {below[0].lower()}{below[1:]}. Null when that is 0 or unknown."
    return DefinitionOut(meaning=meaning, numerator=above, denominator=below, period=when)
