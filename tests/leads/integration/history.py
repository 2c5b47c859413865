"""Leads that have ended, for tests of what is learned from them."""

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from services.leads.scoring.use_cases.run_training import run_training
from tests.leads.integration.world import NOW, Json, World, iso

BORN = NOW - timedelta(days=300)
SOURCES = {"referral": 0.8, "website": 0.4, "bought list": 0.1}


def made_up(count: int, *, first: int = 0, seed: int = 7) -> Iterator[tuple[Json, bool]]:
    """Leads one hour after another: referrals and large companies are won more often than others."""
    chance = random.Random(seed)
    for number in range(first, first + count):
        source = chance.choice(list(SOURCES))
        seats = chance.randint(1, 400)
        won = chance.random() < SOURCES[source] * (0.6 + seats / 1000)
        lead = {
            "name": f"Person {number}",
            "source": source,
            "source_system": "old",
            "external_id": str(number),
            "created_at": iso(BORN + timedelta(hours=number)),
            "attributes": {
                "seats": seats,
                "comment": f"note {chance.random()}",
                "newsletter": seats % 2 == 0,
            },
        }
        yield lead, won


async def load_history(world: World, history: Sequence[tuple[Json, bool]]) -> None:
    """The leads, and how each of them ended a day later."""
    for start in range(0, len(history), 1000):
        part = history[start : start + 1000]
        loaded = await world.load("leads", *(lead for lead, _ in part))
        assert {result["status"] for result in loaded} == {"created"}
        ended = await world.load("leads/outcomes", *(outcome_of(lead, won=won) for lead, won in part))
        assert {result["status"] for result in ended} == {"updated"}, ended


def outcome_of(lead: Json, *, won: bool) -> Json:
    return {
        "source_system": lead["source_system"],
        "external_id": lead["external_id"],
        "converted": won,
        "at": iso(NOW - timedelta(minutes=1)),
    }


async def train(world: World, **headers: Any) -> Json:
    """Ask for a training and let the worker do it; the training."""
    asked = await world.post("/v1/scoring/train")
    await run_training(world.database, world.now)
    return await world.get(f"/v1/scoring/trainings/{asked['id']}")


async def trained(world: World, count: int = 400) -> Json:
    """A history and a model of it; the model in service."""
    await load_history(world, list(made_up(count)))
    assert (await train(world))["status"] == "done"
    return await world.get("/v1/scoring/model")
