"""What sales of one kind brought."""

from dataclasses import astuple, dataclass
from decimal import Decimal

from shared.contracts.money import CENT
from shared.reporting.figures import ratio


@dataclass(frozen=True, slots=True)
class Tally:
    """Deals opened, won and lost in a period; `valued` of the won ones have an amount, `revenue` in all."""

    opened: int = 0
    won: int = 0
    lost: int = 0
    valued: int = 0
    revenue: Decimal = Decimal()

    @property
    def win_rate(self) -> Decimal | None:
        """Won / (won + lost)."""
        return ratio(self.won, self.won + self.lost)

    @property
    def average_check(self) -> Decimal | None:
        """Revenue / won deals with an amount, to the cent."""
        return ratio(self.revenue, self.valued, CENT)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(mine + theirs for mine, theirs in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Buyers:
    """Accounts that bought, those that bought again, and those who did so for the first time."""

    accounts: int = 0
    repeat_accounts: int = 0
    new_repeat_accounts: int = 0

    @property
    def rate(self) -> Decimal | None:
        """Accounts that bought again / accounts that bought."""
        return ratio(self.repeat_accounts, self.accounts)
