"""Why a lead is scored as it is, and how a lead that is not there yet would be."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.domain import Lead
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.lead.use_cases.follow_leads import scores_of
from services.leads.score_model.domain import Contribution, calibrated
from services.leads.score_model.use_cases.current_model import Current, fresh_model
from services.leads.score_rule.use_cases.give_points import explain_points
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id

MOST_REASONS = 5


async def explain_score(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, most: int | None, now: datetime
) -> dict[str, Any]:
    """Score, parts, reasons and history of a lead. `most` reasons for and against; None for all."""
    lead = await load_lead(connection, identity, lead_id)
    current = await fresh_model(connection)
    history = await scores_of(connection, lead_id)
    return {
        "lead_id": lead.id,
        "score": None if lead.score is None else float(lead.score),
        "score_state": lead.score_state,
        "grade": lead.grade,
        "scored_at": lead.scored_at,
        "model_version": lead.score_version,
        "probability": _probability(current, lead, most),
        **await explain_points(connection, lead, now),
        "history": history,
    }


async def probability_of(connection: AsyncConnection, lead: Lead, *, most: int) -> dict[str, Any] | None:
    """What the model says of a lead now, with `most` reasons for and against; None without a model."""
    return _probability(await fresh_model(connection), lead, most)


async def simulate_score(
    connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime
) -> dict[str, Any]:
    """What a lead with these fields would be scored now. Nothing is written."""
    current = await fresh_model(connection)
    lead = Lead(**{"name": "", **values, "id": new_id(), "created_at": now, "updated_at": now})
    judged = current.score(lead, now)
    score = judged.get("score")
    return {
        "score": None if score is None else float(score),
        "score_state": current.state,
        "grade": judged.get("grade"),
        "probability": _probability(current, lead, None),
    }


def _probability(current: Current, lead: Lead, most: int | None) -> dict[str, Any] | None:
    model = current.model
    if model is None:
        return None
    found = [each for each in model.contributions(lead) if each.log_odds]
    return {
        "model_version": model.version,
        "now": float(model.probability(lead)),
        "average_lead": round(calibrated(model.average, 1.0, 0.0), 5),
        "reasons_for": _shown([each for each in found if each.log_odds > 0], most),
        "reasons_against": _shown([each for each in found if each.log_odds < 0], most),
    }


def _shown(found: Sequence[Contribution], most: int | None) -> list[dict[str, Any]]:
    return [
        {
            "input": each.question.name,
            "words": each.words,
            "answer": each.answer,
            "log_odds": round(each.log_odds, 4),
            "leads": each.leads,
            "won": each.won,
            "won_share": round(each.won / each.leads, 4) if each.leads else None,
        }
        for each in found[:most]
    ]
