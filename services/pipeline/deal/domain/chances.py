"""How likely a deal is and how it is forecast: by its stage, by what a person said, or by its outcome."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from services.pipeline.pipeline.domain import Stage
from shared.contracts.events.pipeline_deal import DealStatus

_OF_OUTCOME: Mapping[str, Mapping[str, Any]] = {
    "won": {"probability": Decimal(1), "forecast_category": "closed"},
    "lost": {"probability": Decimal(0), "forecast_category": "omitted"},
}
CHANCES = ("probability", "forecast_category")


def chances(
    status: DealStatus, stage: Stage, given: Mapping[str, Any], *, manual: Mapping[str, Any]
) -> dict[str, Any]:
    """`probability`, `forecast_category` and whether each is a person's own, as fields of a deal.

    `given`: what is said now; None gives the field back to the stage, 0 is a value. `manual`: what a person
    said before. Neither counts for a closed deal.
    """
    fields: dict[str, Any] = {}
    for name in CHANCES:
        own = {**manual, **given}.get(name) if status == "open" else None
        decided = _OF_OUTCOME[status][name] if status != "open" else getattr(stage, name)
        fields[name] = decided if own is None else own
        fields[f"{name}_manual"] = own is not None
    return fields
