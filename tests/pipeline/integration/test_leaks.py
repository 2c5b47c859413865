"""Where the pipeline leaks, found in deals that were really made."""

from datetime import datetime, timedelta
from typing import Any

from services.pipeline.pipeline.templates import default_pipeline
from tests.pipeline.integration.test_consumers import account_merged
from tests.pipeline.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    euros,
    iso,
    named,
)

LEAKS = "/v1/analytics/leaks"
FIRST, SECOND, *_ = [each.name for each in default_pipeline().stages]


async def load(world: World, deals: list[Json]) -> list[Json]:
    """As an importer does; the deals' ids in order."""
    results: list[Json] = []
    for start in range(0, len(deals), 1000):
        body = {"items": deals[start : start + 1000]}
        results += (await world.post("/v1/deals/batch", body))["items"]
    assert {each["status"] for each in results} <= {"created"}, results
    return results


def left(index: int, *, at: datetime, lost: bool, name: str = "deal", **fields: Any) -> Json:
    """A deal that was a week in the first stage, then lost there or gone on."""
    begun = at - timedelta(days=7)
    told: Json = {
        "name": f"{name} {index}",
        "created_at": iso(begun),
        "amount": euros("100.00"),
        "source_system": name,
        "external_id": f"{name}-{index}",
        **fields,
    }
    if lost:
        return {**told, "stage": FIRST, "outcome": "lost", "closed_at": iso(at)}
    stages = [{"stage": FIRST, "entered_at": iso(begun)}, {"stage": SECOND, "entered_at": iso(at)}]
    return {**told, "stage_history": stages}


def many(count: int, lost: int, *, days_ago: float, spread: float, name: str, **fields: Any) -> list[Json]:
    """So many that left the first stage, the last of them so many days ago."""
    step = spread / count
    return [
        left(
            index,
            at=NOW - timedelta(days=days_ago + step * index),
            lost=(index * lost) % count < lost,
            name=name,
            **fields,
        )
        for index in range(count)
    ]


def a_quarter_of(source: str, *, lost: int, of: int = 60, **fields: Any) -> list[Json]:
    """What left the first stage in the last three months, and four times as much before, a tenth lost."""
    return [
        *many(of, lost, days_ago=1, spread=80, name=f"{source} now", source=source, **fields),
        *many(
            4 * of, 4 * of // 10, days_ago=95, spread=330, name=f"{source} before", source=source, **fields
        ),
    ]


async def test_a_source_that_leaks_is_found_with_stage_value_and_beginning(world: World) -> None:
    await load(world, [*a_quarter_of("fair", lost=24), *a_quarter_of("web", lost=6)])

    answer = await world.get(LEAKS)
    [found] = answer["findings"]

    assert (found["stage"], found["measure"], found["by"], found["value"]) == (
        FIRST,
        "lost",
        "source",
        "fair",
    )
    assert found["now"] == {"deals": 24, "of": 60, "share": 0.4}
    assert found["reference"] == {"deals": 24, "of": 240, "share": 0.1}
    assert (found["bad_value"], found["excess_value"]) == (euros("2400.00"), euros("1800.00"))
    assert found["p_value"] < found["q_value"] < 0.001
    assert 0.15 < found["interval"]["low"] < 0.3 < found["interval"]["high"] < 0.45
    assert found["words"] == (
        f"In “{FIRST}” deals from the source “fair” are lost more often than earlier: 24 of the 60 that left "
        "it (40 %), earlier it was 10 %. That is about 18 deals too many, worth about 1800.00 EUR. "
        "It began in 2026-12."
    )


async def test_the_leak_of_all_deals_is_below_the_source_that_explains_it(world: World) -> None:
    await load(world, [*a_quarter_of("fair", lost=30, of=90), *a_quarter_of("web", lost=6)])

    [found] = (await world.get(LEAKS))["findings"]

    assert (found["by"], found["value"], found["also_against"]) == ("source", "fair", "rest")
    assert [each["by"] for each in found["explains"]] == ["all"]


async def test_the_deals_behind_a_finding_are_listed(world: World) -> None:
    await load(world, [*a_quarter_of("fair", lost=24), *a_quarter_of("web", lost=6)])
    [found] = (await world.get(LEAKS))["findings"]

    listed = (await world.send("GET", f"{found['deals']}&limit=200&total=exact")).json()

    assert listed["total"] == len(listed["items"]) == 24
    assert {(each["status"], each["source"], each["stage"]) for each in listed["items"]} == {
        ("lost", "fair", FIRST)
    }


async def test_nothing_is_said_of_few_deals(world: World) -> None:
    await load(world, many(20, 20, days_ago=1, spread=80, name="now"))

    answer = await world.get(LEAKS)
    first = next(each for each in answer["stages"] if each["stage"] == FIRST)

    assert (answer["state"], answer["findings"], answer["comparisons"]) == ("insufficient_history", [], 0)
    assert (first["lost"]["state"], first["lost"]["now"]["deals"]) == ("insufficient_history", 20)


async def waiting_deals(world: World, pipeline_id: str) -> None:
    """A hundred that went on after a week, months ago; forty of the rep that came since and wait."""
    earlier = [
        left(index, at=NOW - timedelta(days=120 + index), lost=False, name="went", pipeline_id=pipeline_id)
        for index in range(100)
    ]
    begun = [iso(NOW - timedelta(days=30 + index)) for index in range(40)]
    waiting = [
        {"name": "waits", "created_at": each, "owner_id": REP.sub, "pipeline_id": pipeline_id}
        for each in begun
    ]
    await load(world, [*earlier, *waiting])


async def test_deals_that_stay_longer_than_three_quarters_did_are_stuck(world: World) -> None:
    stages = [{"name": FIRST}, {"name": SECOND}]
    pipeline = await world.post("/v1/pipelines", {"name": "No targets", "stages": stages})
    await waiting_deals(world, pipeline["id"])

    found = next(each for each in (await world.get(LEAKS))["findings"] if each["stage"] == FIRST)
    listed = (await world.send("GET", f"{found['deals']}&limit=200")).json()["items"]

    assert (found["measure"], found["limit_days"], found["now"]["share"]) == ("stuck", 7.0, 1.0)
    assert found["reference"] == {"deals": 0, "of": 100, "share": 0.0}
    assert "stay for more than 7 days more often than earlier: 40 of 40 (100 %)" in found["words"]
    assert [each["name"] for each in listed] == ["waits"] * 40


async def test_where_a_stage_has_target_days_they_are_the_limit(world: World) -> None:
    stages = [{"name": FIRST, "target_days": 10}, {"name": SECOND}]
    pipeline = await world.post("/v1/pipelines", {"name": "Ten days", "stages": stages})
    await waiting_deals(world, pipeline["id"])

    shown = (await world.get(LEAKS, pipeline_id=pipeline["id"]))["stages"]

    assert [each["stage"] for each in shown] == [FIRST, SECOND]
    assert shown[0]["stuck"] == {
        "state": "ok",
        "now": {"deals": 40, "of": 40, "share": 1.0},
        "earlier": {"deals": 0, "of": 100, "share": 0.0},
        "limit_days": 14.0,
    }


async def test_a_deal_counts_once_and_a_reopened_one_is_not_lost(world: World) -> None:
    told = [left(index, at=NOW - timedelta(days=5), lost=True) for index in range(3)]
    ids = [each["id"] for each in await load(world, told)]
    again = await world.post("/v1/deals/batch", {"items": told})
    await world.post(f"/v1/deals/{ids[0]}/reopen", {})
    back = await world.deal(created_at=iso(NOW - timedelta(days=20)))
    for stage in (SECOND, FIRST, SECOND):
        world.now += timedelta(minutes=1)
        await world.post(f"/v1/deals/{back['id']}/stage", {"stage": stage})
    world.now += timedelta(minutes=1)

    stages = (await world.get(LEAKS))["stages"]
    first = next(each for each in stages if each["stage"] == FIRST)

    assert {each["status"] for each in again["items"]} == {"unchanged"}
    assert first["lost"]["now"] == {"deals": 2, "of": 3, "share": 0.6667}


async def test_what_a_person_forecast_before_it_was_lost_is_a_cut(world: World) -> None:
    def told(name: str, index: int, **fields: Any) -> Json:
        begun = iso(NOW - timedelta(days=30))
        return {"name": name, "source_system": name, "external_id": str(index), "created_at": begun, **fields}

    def ended(lost: bool) -> Json:
        closed = {"outcome": "lost", "closed_at": iso(NOW - timedelta(days=1))}
        return closed if lost else {"stage": SECOND}

    said = [told("sure", n, stage=FIRST, forecast_category="commit") for n in range(30)]
    unsaid = [told("open", n, stage=FIRST) for n in range(60)]
    await load(world, [*said, *unsaid])
    later = [
        *(told("sure", n, **ended(n < 20)) for n in range(30)),
        *(told("open", n, **ended(n < 6)) for n in range(60)),
    ]
    await world.post("/v1/deals/batch", {"items": later})
    world.now += timedelta(minutes=1)

    [found] = (await world.get(LEAKS))["findings"]
    behind = (await world.send("GET", found["deals"])).json()["items"]

    assert (found["by"], found["value"], found["against"]) == ("category", "commit", "rest")
    assert found["now"] == {"deals": 20, "of": 30, "share": 0.6667}
    assert {(each["name"], each["forecast_category"]) for each in behind} == {("sure", "omitted")}


async def test_deals_of_a_merged_account_count_as_before(world: World) -> None:
    await world.know(["Acme", "Initech"])
    told = [
        left(index, at=NOW - timedelta(days=5), lost=index < 2, account_id=str(named("Acme")))
        for index in range(4)
    ]
    await load(world, told)
    before = (await world.get(LEAKS))["stages"]

    await world.consume(account_merged())
    deals = (await world.get("/v1/deals"))["items"]
    after = (await world.get(LEAKS))["stages"]

    assert {each["account_id"] for each in deals} == {str(named("Initech"))}
    assert after == before
    assert after[0]["lost"]["now"] == {"deals": 2, "of": 4, "share": 0.5}


async def test_deals_that_go_on_elsewhere_are_not_lost_where_their_stage_was(world: World) -> None:
    stages = [{"name": name} for name in (FIRST, "Old", SECOND)]
    pipeline = await world.post("/v1/pipelines", {"name": "Shorter", "stages": stages})
    await world.deal(pipeline_id=pipeline["id"], stage="Old")
    world.now += timedelta(minutes=1)
    shorter = {"stages": [{"name": FIRST}, {"name": SECOND}], "moves": {"Old": SECOND}}
    path, seen = f"/v1/pipelines/{pipeline['id']}", {"If-Match": '"1"'}
    assert (await world.send("PATCH", path, json=shorter, headers=seen)).status_code == 200
    world.now += timedelta(minutes=1)

    shown = (await world.get(LEAKS, pipeline_id=pipeline["id"]))["stages"]

    assert [(each["stage"], each["lost"]["now"]["of"]) for each in shown] == [(FIRST, 0), (SECOND, 0)]


async def test_everybody_is_told_of_the_deals_they_may_see(world: World) -> None:
    await load(
        world,
        [
            *a_quarter_of("fair", lost=24, owner_id=REP.sub),
            *a_quarter_of("web", lost=6, owner_id=OTHER_REP.sub),
        ],
    )

    seen = [await world.get(LEAKS, by) for by in (DIRECTOR, MANAGER, REP, OTHER_REP)]

    counted = [answer["stages"][0]["lost"]["now"]["of"] for answer in seen]
    assert counted == [120, 60, 60, 60]
    assert [len(answer["findings"]) for answer in seen] == [1, 1, 1, 0]
    assert seen[1]["findings"][0]["by"] == "all"


async def test_a_team_may_be_asked_for_and_the_period_be_named(world: World) -> None:
    await load(
        world,
        [
            *a_quarter_of("fair", lost=24, owner_id=REP.sub),
            *a_quarter_of("web", lost=6, owner_id=OTHER_REP.sub),
        ],
    )

    south = await world.get(LEAKS, team_id=str(named("south")))
    year = await world.get(LEAKS, period="2026", earlier_months="1")
    refused = await world.refusal("GET", f"{LEAKS}?period=2030")

    assert (south["stages"][0]["lost"]["now"]["of"], south["findings"]) == (60, [])
    assert year["period"] == {"name": "2026", "from": "2026-01-01", "to": "2026-12-31"}
    assert year["earlier"] == {"name": "2025-12-01..2025-12-31", "from": "2025-12-01", "to": "2025-12-31"}
    assert refused == (400, "period_invalid", [("/query/period", "in_the_future")])


async def test_a_cut_that_is_no_cut_is_refused(world: World) -> None:
    stage = (await world.get("/v1/pipelines"))["items"][0]["stages"][0]["id"]
    path = f"{LEAKS}/deals?in_stage={stage}&measure=lost"

    assert await world.refusal("GET", f"{path}&by=owner&value=somebody") == (
        400,
        "invalid_parameter",
        [("/query/value", "wrong_format")],
    )
    assert await world.refusal("GET", f"{path}&by=source") == (
        400,
        "invalid_parameter",
        [("/query/value", "wrong_format")],
    )
