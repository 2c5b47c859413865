"""The parameters by which reports of deals are narrowed and split."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

Split = Literal["product", "territory", "owner"]


@dataclass(frozen=True, slots=True)
class Cut:
    """Only the deals of these; None does not narrow. `team_id` means the team and every team below it."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None


async def _cut(
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product.")] = None,
) -> Cut:
    return Cut(team_id, owner_id, product_id)


CutDeals = Annotated[Cut, Depends(_cut)]
"""The parameters by which every one of these reports is narrowed."""
