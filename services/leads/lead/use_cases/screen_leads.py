"""New leads that look like something are kept out where the policy of their source says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import DuplicateFound, Newcomer, Policies
from services.leads.duplicate_policy.use_cases.bar_duplicates import bar_duplicates, must_be_compared
from services.leads.duplicate_policy.use_cases.read_policies import policies_in_use
from services.leads.lead.domain import Lead
from services.leads.lead.likeness import likeness
from services.leads.lead.queries import ended_among
from services.leads.lead.use_cases.show_duplicates import show_duplicates
from services.leads.record.one_transaction import NeedsTransaction, in_transaction
from shared.contracts.identity import Identity


@dataclass(slots=True)
class Screening:
    """One intake of leads. `identity`: to whom what a lead looks like is shown, as far as the caller may see
    it. `left_to_statement`: the first leads are written by a statement that leaves out what would have to be
    compared; with `off` nothing is compared."""

    connection: AsyncConnection
    identity: Identity | None = None
    left_to_statement: bool = False
    off: bool = False
    _policies: Policies | None = None

    def is_left_to_statement(self) -> bool:
        """Whether the statement has to leave out what must be compared: the first time only."""
        left, self.left_to_statement = self.left_to_statement, False
        return left and not self.off

    async def refusals(
        self, leads: Sequence[Lead], allowed: Sequence[UUID] = ()
    ) -> Mapping[UUID, DuplicateFound]:
        """Those of the leads, in the order they came, that are kept out. `allowed`: somebody has said of
        these that they are no duplicates. Raises NeedsTransaction when comparing takes one."""
        if self.left_to_statement or self.off:
            return {}
        self._policies = self._policies or await policies_in_use(self.connection)
        newcomers = [Newcomer(likeness(lead), lead.source, lead.id in allowed) for lead in leads]
        if not must_be_compared(newcomers, self._policies):
            return {}
        if not await in_transaction(self.connection):
            raise NeedsTransaction
        barred = await bar_duplicates(
            self.connection, newcomers, self._policies, partial(ended_among, self.connection)
        )
        shown = await show_duplicates(self.connection, self.identity, barred) if self.identity else {}
        return {lead_id: DuplicateFound(found, shown=shown.get(lead_id)) for lead_id, found in barred.items()}
