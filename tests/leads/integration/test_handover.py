"""What sales makes of the leads that marketing hands over, and by which way people are spoken to first."""

from tests.leads.integration.importing import imported, rows_of
from tests.leads.integration.world import NOW, OTHER_REP, REP, World, iso

LEADS = "Name,E-Mail\nAnn Lee,ann@a.de\nBob Ray,bob@b.de\nCy Fox,cy@c.de\nDi Oak,di@d.de\n"


async def handed_over(world: World) -> dict[str, str]:
    """Four leads of a campaign came by a file; their ids by name."""
    await imported(world, LEADS, options={"campaign": "Fair 2027"})
    await world.work_off()
    return {each["name"]: each["id"] for each in (await world.get("/v1/leads"))["items"]}


async def test_sales_gives_back_what_became_of_each_lead_that_was_handed_over(world: World) -> None:
    leads = await handed_over(world)
    ann, bob, cy = leads["Ann Lee"], leads["Bob Ray"], leads["Cy Fox"]
    call = {"type": "call", "lead_id": ann, "started_at": iso(NOW)}
    await world.post("/v1/activities", call)
    await world.post(f"/v1/leads/{bob}/disqualify", {"reason": "no budget"})
    await world.post(f"/v1/leads/{cy}/qualify")
    await world.post(f"/v1/leads/{cy}/convert", {})
    await world.lead(REP, campaign="Fair 2027")

    found = await world.get("/v1/analytics/marketing-handover", period="2027-03")
    items = (await world.get("/v1/analytics/marketing-handover/leads", campaign="Fair 2027"))["items"]

    counts = ("handed_over", "accepted", "refused", "waiting", "converted", "won")
    assert [found[name] for name in counts] == [4, 2, 1, 1, 1, 0]
    assert (found["acceptance_rate"], found["conversion"]) == (0.5, 0.25)
    (group,) = found["groups"]
    assert (group["campaign"], group["handed_over"]) == ("Fair 2027", 4)
    assert found["definitions"]["acceptance_rate"]["denominator"] == "Handed over"
    outcomes = {each["lead_id"]: (each["outcome"], each["accepted"]) for each in items}
    assert outcomes == {
        ann: ("contacted", True),
        bob: ("disqualified", False),
        cy: ("converted", True),
        leads["Di Oak"]: ("open", False),
    }
    refused = await world.get("/v1/analytics/marketing-handover/leads", outcome="disqualified")
    assert [each["disqualify_reason"] for each in refused["items"]] == ["no budget"]


async def test_a_rep_sees_the_own_part_of_a_handover(world: World) -> None:
    leads = await handed_over(world)
    for place, lead_id in enumerate(leads.values()):
        owner = OTHER_REP if place < 2 else REP
        await world.post(f"/v1/leads/{lead_id}/assign", {"owner_id": owner.sub})

    mine = await world.get("/v1/analytics/marketing-handover", OTHER_REP, period="2027-03")
    listed = await world.get("/v1/analytics/marketing-handover/leads", OTHER_REP)

    assert (mine["handed_over"], len(listed["items"])) == (2, 2)
    nothing = await world.get("/v1/analytics/marketing-handover", period="2026")
    assert (nothing["acceptance_rate"], nothing["groups"]) == (None, [])


async def test_the_preferred_way_is_offered_first_unless_it_was_withdrawn(world: World) -> None:
    contact = await world.post("/v1/contacts", {"name": "Ann", "phone": "+49 30 1234567"}, REP)
    path = f"/v1/contacts/{contact['id']}"

    before = await world.get(f"{path}/preferred-channel", REP)
    answer = await world.send(
        "PUT",
        f"{path}/preferred-channel",
        REP,
        json={"preferred_channel": "social"},
        headers={"If-Match": '"1"'},
    )

    assert (before["preferred_channel"], before["ways"]) == (None, ["phone", "meeting", "web", "social"])
    assert (answer.status_code, answer.json()["ways"]) == (200, ["social", "phone", "meeting", "web"])
    assert (await world.get(path, REP))["preferred_channel"] == "social"
    withdrawn = {"items": [{"channel": "messenger", "state": "withdrawn"}]}
    await world.send("PUT", f"{path}/consents", REP, json=withdrawn)
    assert (await world.get(f"{path}/preferred-channel", REP))["ways"] == ["phone", "meeting", "web"]
    stale = await world.refusal(
        "PUT", f"{path}/preferred-channel", {"preferred_channel": "web"}, REP, version=1
    )
    assert stale[:2] == (412, "version_conflict")
    assert (await world.refusal("GET", f"{path}/preferred-channel", by=OTHER_REP))[0] == 404


async def test_a_leads_preference_goes_over_to_the_contact_it_becomes(world: World) -> None:
    lead = await world.qualified(REP, email="ann@a.example")
    path = f"/v1/leads/{lead['id']}"
    said = {"preferred_channel": "email"}

    answer = await world.send("PUT", f"{path}/preferred-channel", REP, json=said, headers={"If-Match": "*"})
    converted = await world.post(f"{path}/convert", {}, REP)

    assert answer.json()["ways"][0] == "email"
    contact = await world.get(f"/v1/contacts/{converted['contact_id']}", REP)
    assert contact["preferred_channel"] == "email"


async def test_a_preference_comes_in_by_every_door_of_a_lead(world: World) -> None:
    made = await world.lead(REP, preferred_channel="Phone")
    patched = await world.patch(f"/v1/leads/{made['id']}", {"preferred_channel": "web"}, made["version"], REP)
    emptied = await world.patch(
        f"/v1/leads/{made['id']}", {"preferred_channel": None}, patched["version"], REP
    )
    loaded = {"name": "Bob", "source_system": "crm", "external_id": "1", "preferred_channel": "meeting"}
    (result,) = await world.load("leads", loaded, by=REP)
    job = await imported(world, "Name,Contact method\nCleo,Drum\nDan,E-Mail\n", REP)
    told = await world.refusal("POST", "/v1/leads", {"name": "Eve", "preferred_channel": "drum"}, REP)

    assert (made["preferred_channel"], patched["preferred_channel"]) == ("phone", "web")
    assert emptied["preferred_channel"] is None
    assert (await world.get(f"/v1/leads/{result['id']}"))["preferred_channel"] == "meeting"
    rows = await rows_of(world, job)
    assert [row["status"] for row in rows] == ["rejected", "created"]
    assert (await world.get(f"/v1/leads/{rows[1]['record_id']}"))["preferred_channel"] == "email"
    assert told[::2] == (422, [("/preferred_channel", "unknown_value")])
