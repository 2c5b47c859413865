"""Suggestions get the relevance that the decisions so far give them, and say why."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.suggestion import repository
from services.leads.suggestion.domain import JUDGE
from services.leads.suggestion.relevance import MINIMUM, Filter, learn, measure
from services.leads.suggestion.schemas import relevance_out
from services.leads.suggestion.use_cases.decide_suggestion import load_suggestion
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.ids import new_id

AT_ONCE = 500
MOST_SHOWN = 20
_LATER = "the later 30 % of the newest 2,000 decisions, by a filter of the earlier 70 %"


async def judge_suggestions(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: up to 500 open ones, and then the next, however often it was asked for."""
    count = await repository.count_decisions(connection)
    waiting = await repository.not_judged_on(connection, count, AT_ONCE)
    if not waiting:
        return
    learned = learn(await repository.decisions(connection))
    state = "ok" if learned.knows_enough else "insufficient_history"
    judged = [
        {
            "id": suggestion_id,
            "relevance": learned.relevance(features),
            "relevance_state": state,
            "judged_on": count,
        }
        for suggestion_id, features in waiting
    ]
    await repository.judge(connection, judged)
    if len(waiting) == AT_ONCE:
        await plan_work(connection, [Due(JUDGE, new_id(), now)])


async def explain_suggestion(connection: AsyncConnection, suggestion_id: UUID) -> dict[str, Any]:
    """What the decisions so far say of it. Refuses with `suggestion_not_found`."""
    suggestion = await load_suggestion(connection, suggestion_id)
    learned = learn(await repository.decisions(connection))
    return {
        "id": suggestion.id,
        "relevance": relevance_out(learned.relevance(suggestion.features)),
        **_counts(learned),
        "prior": round(learned.prior, 4),
        "reasons": learned.weigh(suggestion.features),
    }


async def describe_filter(connection: AsyncConnection) -> dict[str, Any]:
    """What was learned, and how well that orders what it had not seen."""
    decided = await repository.decisions(connection)
    learned, measured = learn(decided), measure(decided)
    speaks_for, speaks_against = learned.weightiest(MOST_SHOWN)
    return {
        **_counts(learned),
        "measured_on": measured.decisions if measured else 0,
        "auc": measured.auc if measured else None,
        "brier": measured.brier if measured else None,
        "speaks_for": speaks_for,
        "speaks_against": speaks_against,
        "definitions": {
            "auc": _definition(
                "How often an accepted suggestion is put before a rejected one; 0.5 is chance",
                "pairs of an accepted and a rejected one in the right order, equal ones by half",
                "all pairs of an accepted and a rejected one",
            ),
            "brier": _definition(
                "Mean squared difference of relevance and decision (1 accepted, 0 rejected); 0 is best",
                "sum of the squared differences",
                "decisions it was measured on",
            ),
        },
    }


def _counts(learned: Filter) -> dict[str, Any]:
    enough = learned.knows_enough
    note = (
        "Learned from the organisation's own decisions."
        if enough
        else f"It takes {MINIMUM} accepted and {MINIMUM} rejected suggestions to say anything."
    )
    return {
        "state": "ok" if enough else "insufficient_history",
        "note": note,
        "accepted": learned.accepted,
        "rejected": learned.rejected,
    }


def _definition(meaning: str, numerator: str, denominator: str) -> dict[str, Any]:
    return {"meaning": meaning, "numerator": numerator, "denominator": denominator, "period": _LATER}
