"""The organisation says which scores make which grade."""

from tests.leads.integration.history import trained
from tests.leads.integration.world import ANY, Json, World

SETTINGS = "/v1/scoring/settings"


async def graded(world: World, grade_by: str, **grades: float) -> Json:
    """The setting after it was set."""
    answer = await world.send("PUT", SETTINGS, json={"grade_by": grade_by, "grades": grades}, headers=ANY)
    assert answer.status_code == 200, answer.text
    body: Json = answer.json()
    return body


async def test_at_first_the_best_fifth_has_an_a(world: World) -> None:
    model = await trained(world)

    setting = await world.get(SETTINGS)

    assert (setting["grade_by"], setting["grades"]) == ("share", {"A": 0.2, "B": 0.5, "C": 0.8})
    assert setting["least_scores"] == {name: model["grades"][name] for name in "ABC"}


async def test_cut_offs_by_score_hold_for_new_and_open_leads(world: World) -> None:
    await trained(world)
    before = await world.lead(source="referral", attributes={"seats": 380})
    await world.work_off()

    setting = await graded(world, "score", A=0.99, B=0.98, C=0.97)

    assert setting["least_scores"] == {"A": 0.99, "B": 0.98, "C": 0.97}
    assert (await world.lead(source="referral", attributes={"seats": 380}))["grade"] == "D"
    await world.work_off()
    assert before["grade"] in ("A", "B")
    assert (await world.get(f"/v1/leads/{before['id']}"))["grade"] == "D"
    assert "leads.lead.scored" in [each["type"] for each in await world.events(before["id"])]


async def test_a_larger_share_of_leads_has_a_lower_cut_off(world: World) -> None:
    await trained(world)
    small = await graded(world, "share", A=0.05, B=0.1, C=0.15)

    large = await graded(world, "share", A=0.85, B=0.9, C=0.95)

    assert all(large["least_scores"][name] < small["least_scores"][name] for name in "ABC")


async def test_cut_offs_in_the_wrong_order_are_refused_and_changes_are_kept(world: World) -> None:
    wrong = {"grade_by": "share", "grades": {"A": 0.5, "B": 0.2, "C": 0.8}}

    assert (await world.refusal("PUT", SETTINGS, wrong))[2] == [("/grades", "out_of_order")]
    wrong["grade_by"] = "score"
    assert (await world.refusal("PUT", SETTINGS, wrong))[:2] == (422, "validation_failed")

    await graded(world, "score", A=0.7, B=0.4, C=0.2)
    (step,) = (await world.get(f"{SETTINGS}/history"))["items"]
    assert step["changes"]["grade_by"] == ["share", "score"]
    stale = await world.refusal(
        "PUT", SETTINGS, {"grade_by": "score", "grades": {"A": 0.7, "B": 0.4, "C": 0.3}}, version=1
    )
    assert stale[0] == 412
