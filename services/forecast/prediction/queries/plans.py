"""What a kept run said, deal by deal, for reports that hold what came against it. Needs no numpy."""

from uuid import UUID

from sqlalchemy import Subquery, select

from services.forecast.prediction.tables import prediction_deal, prediction_sum

_D, _S = prediction_deal.c, prediction_sum.c


def chances_of(run_id: UUID) -> Subquery:
    """Of each open deal its chance by day of the run's grid, and what a win of it is worth."""
    return select(_D.deal_id, _D.chance, _D.worth).where(_D.run_id == run_id).subquery("chances")


def coming_of(run_id: UUID) -> Subquery:
    """Of new business, by owner and product, what it brings by day of the run's grid."""
    return (
        select(_S.owner_id, _S.product_id, _S.mean)
        .where(_S.run_id == run_id, _S.cut == "owner_product", _S.kind == "coming")
        .subquery("coming")
    )
