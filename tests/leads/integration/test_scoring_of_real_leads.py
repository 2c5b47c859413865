"""Scores of real leads, loaded, learned from and measured through the API alone."""

import os
from pathlib import Path

import pytest

from deploy.scoring.leads_file import AFTER_CONTACT, read_leads
from services.leads.scoring.use_cases.run_training import run_training
from tests.leads.integration.history import load_history
from tests.leads.integration.world import Json, World

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("DEALSTREAM_DATA", ROOT.parent / "shared/data")) / "lead-scoring/leads.csv"
EARLIER = 2772
NEXT = 500


@pytest.mark.skipif(not DATA.is_file(), reason=f"There is no file of real leads at {DATA}.")
async def test_real_leads_are_scored_well_before_their_outcome_is_known(world: World) -> None:
    leads = read_leads(DATA)[: EARLIER + NEXT]
    await load_history(world, leads[:EARLIER])
    asked = await world.post("/v1/scoring/train")
    await run_training(world.database, world.now)
    training = await world.get(f"/v1/scoring/trainings/{asked['id']}")
    later = leads[EARLIER:]
    loaded = await world.load("leads", *(lead for lead, _ in later))

    model = await world.get("/v1/scoring/model")

    assert (training["status"], training["error"]) == ("done", None)
    assert not AFTER_CONTACT & {name for lead, _ in leads for name in lead["attributes"]}
    assert model["sample_size"]["positive"] + model["sample_size"]["negative"] == EARLIER
    assert model["auc"] > 0.84
    assert model["brier"] < 0.15 < model["baseline_brier"]
    assert model["auc"] > model["compared_with"]["naive_bayes"]["auc"] + 0.03
    assert model["auc"] > model["compared_with"]["plain_logistic"]["auc"]
    scores = {lead["id"]: lead["score"] for lead in await scored(world)}
    pairs = [(scores[result["id"]], won) for result, (_, won) in zip(loaded, later, strict=True)]
    assert sum((score - won) ** 2 for score, won in pairs) / len(pairs) < 0.15
    assert area(pairs) > 0.85


async def scored(world: World) -> list[Json]:
    """Every open lead."""
    page = await world.get("/v1/leads", status="new", limit=200, fields="id,score")
    items: list[Json] = list(page["items"])
    while page["next_cursor"]:
        page = await world.get(
            "/v1/leads", status="new", limit=200, fields="id,score", cursor=page["next_cursor"]
        )
        items += page["items"]
    return items


def area(pairs: list[tuple[float, bool]]) -> float:
    """How often a won lead is scored above a lost one."""
    won = [score for score, outcome in pairs if outcome]
    lost = [score for score, outcome in pairs if not outcome]
    above = sum((one > other) + 0.5 * (one == other) for one in won for other in lost)
    return above / (len(won) * len(lost))
