"""What every report of deals is asked for, and how it answers."""

from dataclasses import dataclass
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query
from pydantic import StringConstraints

_OwnField = Annotated[str, StringConstraints(pattern=r"^custom\.[A-Za-z0-9_]+$", max_length=100)]
_Split = Literal[
    "owner",
    "team",
    "product",
    "source",
    "account",
    "country",
    "industry",
    "segment",
    "channel",
    "category",
    "sale_approach",
    "sale_channel",
    "sale_kind",
]
GroupBy = _Split | _OwnField
OWN = "custom."


@dataclass(frozen=True, slots=True)
class Cut:
    """Only the deals of these, split by one thing; None does not narrow, or split."""

    pipeline_id: UUID | None = None
    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    source: str | None = None
    group_by: GroupBy | None = None


async def _cut(
    *,
    pipeline_id: UUID | None = None,
    owner_id: UUID | None = None,
    team_id: Annotated[UUID | None, Query(description="The team and all teams below it.")] = None,
    product_id: UUID | None = None,
    source: Annotated[str | None, Query(max_length=80)] = None,
    group_by: Annotated[
        GroupBy | None,
        Query(
            description="`owner`, `team` (of the owner), `product` and `account` by id. `country`, "
            "`industry` and `segment` of the account, else of the lead; `channel` and `category` of the lead "
            "it was converted from, as it was then. `sale_approach` is active or passive, `sale_channel` "
            "direct or indirect, `sale_kind` first or repeat. `custom.key`: by the organisation's own field."
        ),
    ] = None,
) -> Cut:
    return Cut(pipeline_id, owner_id, team_id, product_id, source, group_by)


CutDeals = Annotated[Cut, Depends(_cut)]
"""The parameters by which every report of deals is narrowed and split."""
