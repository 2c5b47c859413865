"""Settings, exchange rates, teams and the tree."""

from tests.gateway.integration.world import World, problem


async def _team(world: World, path: str) -> dict[str, object]:
    body: dict[str, object] = (await (await world.as_admin()).get(path)).json()
    return body


async def test_settings_change_with_an_etag_and_tell_the_others(world: World) -> None:
    admin = await world.as_admin()
    before = await admin.get("/v1/organisation")

    after = await admin.patch(
        "/v1/organisation",
        json={"fiscal_year_start_month": 4, "working_days": [5, 1, 1]},
        headers={"If-Match": before.headers["etag"]},
    )

    assert (after.json()["fiscal_year_start_month"], after.json()["working_days"]) == (4, [1, 5])
    assert after.headers["x-event-position"].startswith("gateway.organisation/")


async def test_an_unknown_time_zone_is_refused(world: World) -> None:
    admin = await world.as_admin()
    etag = (await admin.get("/v1/organisation")).headers["etag"]

    refused = await admin.patch(
        "/v1/organisation", json={"time_zone": "Mars/Olympus"}, headers={"If-Match": etag}
    )

    assert problem(refused, 422, "validation_failed")["errors"][0]["pointer"] == "/time_zone"


async def test_rates_are_dated_corrected_and_fix_the_base_currency(world: World) -> None:
    admin = await world.as_admin()
    items = [
        {"currency": "USD", "valid_from": "2027-01-01", "rate": "0.92"},
        {"currency": "USD", "valid_from": "2027-02-01", "rate": "0.94"},
    ]
    await admin.put("/v1/exchange-rates", json={"items": items})
    corrected = await admin.put("/v1/exchange-rates", json={"items": [items[0] | {"rate": "0.9312"}]})
    etag = (await admin.get("/v1/organisation")).headers["etag"]

    listed = (await admin.get("/v1/exchange-rates", params={"currency": "USD"})).json()["items"]
    fixed = await admin.patch("/v1/organisation", json={"base_currency": "USD"}, headers={"If-Match": etag})

    assert corrected.json()["set"] == 1
    assert [(r["valid_from"], r["rate"]) for r in listed] == [
        ("2027-02-01", "0.9400000000"),
        ("2027-01-01", "0.9312000000"),
    ]
    problem(fixed, 409, "base_currency_fixed")


async def test_a_float_rate_and_a_rate_of_the_base_currency_are_refused(world: World) -> None:
    admin = await world.as_admin()

    def body(**changed: object) -> dict[str, object]:
        return {"items": [{"currency": "GBP", "valid_from": "2027-01-01", "rate": "1.17"} | changed]}

    as_float = await admin.put("/v1/exchange-rates", json=body(rate=1.17))
    of_base = await admin.put("/v1/exchange-rates", json=body(currency="EUR"))

    assert problem(as_float, 422, "validation_failed")["errors"][0]["pointer"] == "/items/0/rate"
    assert problem(of_base, 422, "validation_failed")["errors"][0]["pointer"] == "/items/0/currency"


async def test_the_tree_shows_teams_with_their_members(world: World) -> None:
    root = await world.add_team("Root")
    branch = await world.add_team("Branch", parent_id=root["id"])
    member = await world.add_member("leaf", "rep", team_id=branch["id"])

    items = (await (await world.as_admin()).get("/v1/teams/tree")).json()["items"]

    (shown,) = [item for item in items if item["id"] == root["id"]]
    assert shown["teams"][0]["id"] == branch["id"]
    assert shown["teams"][0]["members"] == [{"id": member["id"], "name": "leaf", "role": "rep"}]


async def test_a_team_cannot_be_moved_below_itself(world: World) -> None:
    top = await world.add_team("Top")
    middle = await world.add_team("Middle", parent_id=top["id"])
    low = await world.add_team("Low", parent_id=middle["id"])
    admin = await world.as_admin()

    for parent in (low, middle, top):
        refused = await admin.patch(
            f"/v1/teams/{top['id']}", json={"parent_id": parent["id"]}, headers={"If-Match": '"1"'}
        )
        problem(refused, 422, "team_cycle")


async def test_a_team_closes_only_when_it_is_empty_and_takes_nobody_in_then(world: World) -> None:
    team = await world.add_team("Closing")
    other = await world.add_team("Receiving")
    member = await world.add_member("mover", "rep", team_id=team["id"])
    admin = await world.as_admin()
    path = f"/v1/teams/{team['id']}"
    seen = {"If-Match": '"1"'}

    problem(await admin.patch(path, json={"active": False}, headers=seen), 409, "team_not_empty")
    moved = await admin.post(f"/v1/teams/{other['id']}/members", json={"member_ids": [member["id"]]})
    closed = await admin.patch(path, json={"active": False}, headers=seen)
    back = await admin.post(f"/v1/teams/{team['id']}/members", json={"member_ids": [member["id"]]})

    assert moved.json() == {"team_id": other["id"], "moved": [member["id"]]}
    assert closed.json()["active"] is False
    problem(back, 422, "team_closed")


async def test_moving_members_is_all_or_none(world: World) -> None:
    team = await world.add_team("All or none")
    member = await world.add_member("stays", "rep")
    admin = await world.as_admin()

    refused = await admin.post(
        f"/v1/teams/{team['id']}/members",
        json={"member_ids": [member["id"], "01920000-0000-7000-8000-000000000000"]},
    )

    problem(refused, 404, "member_not_found")
    assert (await _team(world, f"/v1/members/{member['id']}"))["team_id"] is None


async def test_a_batch_of_teams_merges_what_is_given_and_keeps_the_rest(world: World) -> None:
    admin = await world.as_admin()
    root = await world.add_team("Batch root")
    head = await world.add_member("head", "manager")
    known = {"source_system": "crm", "external_id": "north", "name": "North"}

    first = await admin.post("/v1/teams/batch", json={"items": [known | {"parent_id": root["id"]}]})
    items = [known | {"manager_id": head["id"]}, {"name": "Bad", "manager_id": root["id"]}]
    second = await admin.post("/v1/teams/batch", json={"items": items})
    third = await admin.post("/v1/teams/batch", json={"items": [known]})

    created = first.json()["items"][0]
    assert created["status"] == "created"
    assert [r["status"] for r in second.json()["items"]] == ["updated", "rejected"]
    assert second.json()["items"][1]["problem"]["errors"][0]["pointer"] == "/manager_id"
    assert third.json()["items"][0]["status"] == "unchanged"
    team = await _team(world, f"/v1/teams/{created['id']}")
    assert (team["parent_id"], team["manager_id"]) == (root["id"], head["id"])


async def test_a_manager_answers_for_the_teams_below(world: World) -> None:
    top = await world.add_team("Managed")
    below = await world.add_team("Managed below", parent_id=top["id"])
    await world.add_team("Not managed")
    manager = await world.add_member("boss", "manager", team_id=top["id"])
    led = await world.add_team("Led from outside", manager_id=manager["id"])

    me = (await (await world.signed_in(manager["email"])).get("/v1/me")).json()

    assert {team["id"] for team in me["teams"]} == {top["id"], below["id"], led["id"]}


async def test_a_team_moved_elsewhere_is_out_of_the_managers_view_with_the_next_request(world: World) -> None:
    top = await world.add_team("Old top")
    moving = await world.add_team("Moving", parent_id=top["id"])
    manager = await world.add_member("oldboss", "manager", team_id=top["id"])
    client = await world.signed_in(manager["email"])
    assert len((await client.get("/v1/me")).json()["teams"]) == 2
    admin = await world.as_admin()

    await admin.patch(f"/v1/teams/{moving['id']}", json={"parent_id": None}, headers={"If-Match": '"1"'})

    assert [team["id"] for team in (await client.get("/v1/me")).json()["teams"]] == [top["id"]]


async def test_roles_are_described_with_their_permissions(world: World) -> None:
    rep = await world.as_role("rep")

    roles = (await rep.get("/v1/roles")).json()["items"]
    one = (await rep.get("/v1/roles/manager")).json()

    assert [role["id"] for role in roles][:4] == ["admin", "director", "manager", "rep"]
    assert one["scope"] == "subtree"
    problem(await rep.get("/v1/roles/emperor"), 404, "role_not_found")
