"""The query parameters by which deals are chosen and priced, for every figure made of them."""

from typing import Annotated, NamedTuple
from uuid import UUID

from fastapi import Depends, Query

from services.forecast.outlook.domain import Filter
from services.forecast.rollup.domain import RatesOf


class Priced(NamedTuple):
    """The parameters `currency` and `rates`."""

    currency: str | None
    rates: RatesOf


async def _chosen(
    *,
    team_id: Annotated[UUID | None, Query(description="This team and every team below it.")] = None,
    owner_id: Annotated[UUID | None, Query(description="Deals of this member.")] = None,
    product_id: Annotated[UUID | None, Query(description="Deals of this product.")] = None,
    territory_id: Annotated[
        UUID | None, Query(description="This territory and every one below it, as they are now.")
    ] = None,
    product_family: Annotated[
        str | None, Query(max_length=200, description="Deals of products of this family.")
    ] = None,
    pipeline_id: Annotated[UUID | None, Query(description="Deals of this pipeline.")] = None,
    stage_id: Annotated[UUID | None, Query(description="Deals in this stage.")] = None,
    source: Annotated[str | None, Query(max_length=200, description="Deals of this source.")] = None,
) -> Filter:
    return Filter(
        team_id=team_id,
        owner_id=owner_id,
        product_id=product_id,
        territory_id=territory_id,
        product_family=product_family,
        pipeline_id=pipeline_id,
        stage_id=stage_id,
        source=source,
    )


async def _priced(
    currency: Annotated[
        str | None,
        Query(pattern="^[A-Z]{3}$", description="Figures in this currency instead of the organisation's."),
    ] = None,
    rates: Annotated[
        RatesOf,
        Query(
            description="`dated`: each deal at the rate of the day it closed or is to close on, of today at "
            "most. `current`: each deal's own amount at the rates of today."
        ),
    ] = "dated",
) -> Priced:
    return Priced(currency, rates)


ChosenDeals = Annotated[Filter, Depends(_chosen)]
"""Which deals; all that are given must hold."""
PricedIn = Annotated[Priced, Depends(_priced)]
"""In which currency, at which rates."""
