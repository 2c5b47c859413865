"""The figures of one partner in one period."""

from dataclasses import dataclass
from decimal import Decimal

from services.leads.partner_program.domain import PartnerProgram, Tier
from shared.reporting.figures import cents, ratio


@dataclass(frozen=True, slots=True)
class Brought:
    """Counts of what was pushed in the period; `won_deals` and `won_revenue` of deals won in it."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    converted: int = 0
    won_deals: int = 0
    won_revenue: Decimal = Decimal(0)

    @property
    def sent(self) -> int:
        """Everything that came in."""
        return self.accepted + self.duplicate + self.quarantined

    @property
    def conversion(self) -> Decimal | None:
        """Converted / accepted; None when none was accepted."""
        return ratio(self.converted, self.accepted)

    def tier(self, program: PartnerProgram | None, currency: str) -> Tier | None:
        """What the won revenue reaches; None without a programme."""
        return program.tier_for(self.won_revenue, currency) if program else None

    def commission(self, program: PartnerProgram | None, currency: str) -> Decimal | None:
        """Won revenue times the rate of the tier, in cents half-even; 0 below the first tier, None without a
        programme."""
        tier = self.tier(program, currency)
        if program is None:
            return None
        return cents(self.won_revenue * tier.reward_rate) if tier else Decimal("0.00")
