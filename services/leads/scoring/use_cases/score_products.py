"""How likely one lead becomes a customer for each product: the model in service, asked about each."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.product.queries import ids_by_name
from services.leads.score_model.domain import Bin, Model
from services.leads.score_model.question import as_text
from services.leads.score_model.use_cases.current_model import fresh_model
from shared.contracts.identity import Identity

ENOUGH = 20
"""So many leads interested in a product must have ended before anything is said about it."""
MOST = 100
_INTEREST = "product_interest"
_DEFINITION = {
    "meaning": "Probability that the lead becomes a customer if the product is what it is interested in",
    "numerator": None,
    "denominator": None,
    "period": "by the model in service; GET /v1/scoring/model has its period and how good it is",
}


async def score_products(connection: AsyncConnection, identity: Identity, lead_id: UUID) -> dict[str, Any]:
    """The products leads were interested in, the likeliest first, and the lead's own. Refuses with
    `lead_not_found`."""
    lead = await load_lead(connection, identity, lead_id)
    current = await fresh_model(connection)
    model = current.model
    learned = _learned(model) if model is not None else {}
    own = as_text(lead.product_interest)
    products = list(learned) if own is None or own in learned else [own, *learned]
    items = [_item(model, lead, product, learned.get(product), own=product == own) for product in products]
    ids = await ids_by_name(connection, {str(each["product"]).lower() for each in items})
    for each in items:
        each["product_id"] = ids.get(str(each["product"]).lower())
    items.sort(key=lambda each: (each["score"] is None, -(each["score"] or 0), each["product"]))
    return {
        "lead_id": lead.id,
        "model_version": current.version if model is not None else None,
        "score_state": current.state,
        "enough": ENOUGH,
        "items": items[:MOST],
        "definitions": {"score": _DEFINITION},
    }


def _learned(model: Model) -> Mapping[str, Bin]:
    """By product in small letters, of those that ended often enough to be told apart at all."""
    for each in model.inputs:
        if each.question.of == _INTEREST and each.question.view == "text":
            return {str(key): found for key, found in each.bins.items()}
    return {}


def _item(model: Model | None, lead: Lead, product: str, found: Bin | None, *, own: bool) -> dict[str, Any]:
    leads, won = (found.leads, found.won) if found is not None else (0, 0)
    enough = model is not None and leads >= ENOUGH
    score = (
        model.probability(replace(lead, product_interest=product)) if model is not None and enough else None
    )
    return {
        "product": lead.product_interest if own else product,
        "own_interest": own,
        "score": None if score is None else float(score),
        "state": "ok" if enough else "insufficient_history",
        "leads": leads,
        "won": won,
        "won_share": round(won / leads, 4) if leads else None,
    }
