"""What the model in service is worth, and what it looks at."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.score_model.domain import Model
from services.leads.score_model.use_cases.current_model import fresh_model
from services.leads.score_model.use_cases.find_models import describe_model, describe_models, newest_model
from services.leads.scoring.domain import missing

DEFINITIONS = {
    "score": "estimated probability (0 to 1) that the lead becomes a customer, from what was known at intake",
    "positive": "leads whose deal was won, or that converted in the system they were loaded from",
    "negative": "leads that were disqualified, whose deals were lost, or that did not convert elsewhere",
    "test": "the later 30 % of the outcomes by creation of the lead; a model of the others is tested on it",
    "auc": "how often a won lead of the test is scored above a lost one (0.5: no better than chance)",
    "brier": "mean of (score - outcome)^2 over the test, outcome 1 or 0; lower is better",
    "baseline_brier": "Brier score of giving everybody the share of won leads of the earlier 70 %",
    "log_loss": "mean of -ln(score of what happened) over the test; lower is better",
    "reliability": "test leads by score in ten bins: mean score (predicted), share won (observed), how many",
    "naive_bayes": "as Odoo counts, on the same inputs and leads, for comparison",
    "plain_logistic": "logistic regression without binning, choice of inputs or trees, for comparison",
    "grade": "A, B and C by the cut-offs of /v1/scoring/settings (at first the best fifth of the outcomes"
    " learned from, then 30 % each), D for the rest; `grades` has the least score of each",
    "inputs": "spread: standard deviation of the contribution in log-odds over the outcomes learned from",
}


async def describe_scoring(connection: AsyncConnection) -> dict[str, Any]:
    """The model in service with its figures and inputs, and the newest training where that is another one."""
    found = await describe_model(connection)
    newest = await newest_model(connection)
    if found is None:
        return {**_NOTHING, "definitions": DEFINITIONS}
    model = (await fresh_model(connection)).model
    shown = summary(found)
    shown["inputs"] = _inputs(model) if model is not None and model.version == found["version"] else []
    shown["grades"] = _grades(model) if shown["inputs"] and model is not None else None
    shown["newest"] = summary(newest) if newest and newest["version"] != found["version"] else None
    return {**shown, "definitions": DEFINITIONS}


async def describe_history(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Every training's model, newest first."""
    return [summary(each) for each in await describe_models(connection)]


def summary(found: Mapping[str, Any]) -> dict[str, Any]:
    """A model and its figures in one flat answer; without enough history the figures are null."""
    figures = found["figures"] or {}
    names = ("auc", "brier", "baseline_brier", "log_loss", "reliability", "compared_with")
    return {
        "version": found["version"],
        "state": found["state"],
        "active": found["active"],
        "trained_at": found["trained_at"],
        "sample_size": {"positive": found["positive"], "negative": found["negative"]},
        **{name: figures.get(name) for name in names},
        "split": found["split"],
        "compared_with_model_in_service": found["rival"],
        "note": found["note"],
    }


_NOTHING = {
    "version": None,
    "state": "no_model",
    "active": False,
    "trained_at": None,
    "sample_size": {"positive": 0, "negative": 0},
    "note": f"Nothing was trained yet. {missing(0, 0)}",
}


def _inputs(model: Model) -> list[dict[str, Any]]:
    """What the model asks, the weightiest first, with every answer's weight."""
    shown = []
    for each in model.inputs:
        bins = [*each.bins.values(), each.unknown, each.other]
        leads = sum(bin.leads for bin in bins) or 1
        spread = (sum(bin.leads * bin.weight**2 for bin in bins) / leads) ** 0.5
        answers = [
            {
                "answer": bin.answer,
                "log_odds": round(model.slope * bin.weight, 4),
                "leads": bin.leads,
                "won": bin.won,
            }
            for bin in bins
            if bin.leads
        ]
        shown.append(
            {
                "input": each.question.name,
                "label": each.question.label,
                "spread": round(model.slope * spread, 4),
                "answers": answers,
            }
        )
    return sorted(shown, key=lambda each: -float(str(each["spread"])))[:50]


def _grades(model: Model) -> dict[str, float]:
    """The least score of each grade."""
    return {grade: round(cut, 5) for grade, cut in zip("ABC", model.cuts, strict=True)} | {"D": 0.0}
