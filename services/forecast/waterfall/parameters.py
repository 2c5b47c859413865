"""The query parameters by which deals are chosen at a moment."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query

from services.forecast.waterfall.queries.pairs import Selection


async def _selection(
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product.")] = None,
) -> Selection:
    return Selection(team_id, owner_id, product_id)


Selected = Annotated[Selection, Depends(_selection)]
