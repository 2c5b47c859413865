"""The claims of the short-lived internal token: who calls, and which records the caller may see."""

from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

Scope = Literal["own", "subtree", "all", "partner", "none"]


class Identity(BaseModel):
    """`scope` decides rows: own, the subtree of `team_ids`, all, what `partner_id` pushed, or none."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: str
    kind: Literal["member", "partner", "service"]
    role: str
    scope: Scope
    team_id: UUID | None = None
    team_ids: tuple[UUID, ...] = ()
    partner_id: UUID | None = None

    @property
    def member_id(self) -> UUID | None:
        """The calling member's id; None for partners and services."""
        return UUID(self.sub) if self.kind == "member" else None
