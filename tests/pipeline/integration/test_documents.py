"""The register of papers: what they are, where they lie, who handles them."""

import pytest

from tests.pipeline.integration.world import FIRST, OTHER_REP, REP, Json, World, days, named

CONTRACT: Json = {
    "type": "contract",
    "number": "C-2027-7",
    "title": "Twenty seats",
    "link": "https://files.example/c7.pdf",
    "dated_on": "2027-03-01",
}


async def test_a_paper_is_registered_sent_and_signed_and_its_words_stay_here(world: World) -> None:
    deal = await world.deal(REP)

    made = await world.send("POST", f"/v1/deals/{deal['id']}/documents", REP, json=CONTRACT)
    one = f"/v1/documents/{made.json()['id']}"
    world.now += days(1)
    sent = await world.send("PATCH", one, REP, json={"status": "sent"}, headers=FIRST)
    same = await world.send("PATCH", one, REP, json={"status": "sent"}, headers={"If-Match": '"2"'})
    late = await world.send("PATCH", one, REP, json={"status": "signed"}, headers=FIRST)
    signed = await world.send("PATCH", one, REP, json={"status": "signed"}, headers={"If-Match": '"2"'})

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert {name: made.json()[name] for name in CONTRACT} == CONTRACT
    assert (made.json()["status"], made.json()["recorded_by"]) == ("draft", REP.sub)
    assert (sent.json()["status"], sent.json()["status_since"]) == ("sent", "2027-03-02T09:00:00Z")
    assert (same.headers["ETag"], late.status_code) == ('"2"', 412)
    assert (await world.get(one, REP)) == signed.json()
    events = await world.events(deal["id"])
    assert [each["type"].rsplit(".", 1)[1] for each in events] == [
        "opened",
        "document_added",
        "document_changed",
        "document_changed",
    ]
    assert (events[-1]["data"]["document_type"], events[-1]["data"]["document_status"]) == (
        "contract",
        "signed",
    )
    assert "C-2027-7" not in str(events)
    assert "files.example" not in str(events)


async def test_a_signed_paper_does_not_become_a_draft_again_and_a_void_one_is_over(world: World) -> None:
    deal = await world.deal(REP)
    paper = await world.post(f"/v1/deals/{deal['id']}/documents", {**CONTRACT, "status": "signed"}, REP)
    one = f"/v1/documents/{paper['id']}"

    back = await world.refusal("PATCH", one, {"status": "draft"}, REP)
    void = await world.send("PATCH", one, REP, json={"status": "void"}, headers=FIRST)
    over = await world.refusal("PATCH", one, {"number": "C-8"}, REP, **{"If-Match": '"2"'})

    assert back == (409, "state_conflict", [("/status", "goes_back")])
    assert void.json()["status"] == "void"
    assert over[:2] == (409, "state_conflict")


@pytest.mark.parametrize("link", ["ftp://files.example/c7.pdf", "javascript:alert(1)", "c7.pdf", "https://"])
async def test_a_link_leads_to_a_page(world: World, link: str) -> None:
    deal = await world.deal(REP)

    refused = await world.refusal(
        "POST", f"/v1/deals/{deal['id']}/documents", {**CONTRACT, "link": link}, REP
    )

    assert refused == (422, "validation_failed", [("/link", "wrong_format")])


async def test_papers_are_listed_by_deal_and_over_deals_by_type_status_and_who_handles_them(
    world: World,
) -> None:
    first, second = await world.deal(REP), await world.deal(REP)
    desk = {"owner_id": OTHER_REP.sub}
    offer = await world.post(f"/v1/deals/{first['id']}/documents", {"type": "offer", "status": "sent"}, REP)
    order = await world.post(f"/v1/deals/{first['id']}/documents", {"type": "order", **desk}, REP)
    invoice = await world.post(f"/v1/deals/{second['id']}/documents", {"type": "invoice", **desk}, REP)

    async def ids(path: str = "/v1/documents", **filters: str) -> list[str]:
        return [each["id"] for each in (await world.get(path, REP, **filters))["items"]]

    assert await ids(f"/v1/deals/{first['id']}/documents") == [order["id"], offer["id"]]
    assert await ids() == [invoice["id"], order["id"], offer["id"]]
    assert await ids(status="draft", type="in:order,contract") == [order["id"]]
    assert await ids(**desk) == [invoice["id"], order["id"]]


async def test_who_handles_a_paper_sees_and_edits_it_without_seeing_the_deal(world: World) -> None:
    deal = await world.deal(REP)
    theirs = {"type": "order", "owner_id": OTHER_REP.sub}
    paper = await world.post(f"/v1/deals/{deal['id']}/documents", theirs, REP)
    await world.post(f"/v1/deals/{deal['id']}/documents", CONTRACT, REP)

    listed = (await world.get("/v1/documents", OTHER_REP))["items"]
    edited = await world.send(
        "PATCH", f"/v1/documents/{paper['id']}", OTHER_REP, json={"status": "sent"}, headers=FIRST
    )

    assert [each["id"] for each in listed] == [paper["id"]]
    assert edited.json()["status"] == "sent"
    assert (await world.refusal("GET", f"/v1/deals/{deal['id']}", by=OTHER_REP))[0] == 404


async def test_what_is_of_anothers_deal_is_not_found(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/documents"
    paper = await world.post(path, CONTRACT, REP)
    one = f"/v1/documents/{paper['id']}"

    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.refusal("POST", path, CONTRACT, OTHER_REP))[:2] == (404, "deal_not_found")
    assert (await world.refusal("GET", one, by=OTHER_REP))[:2] == (404, "document_not_found")
    assert (await world.refusal("PATCH", one, {"number": "1"}, OTHER_REP))[:2] == (404, "document_not_found")
    assert (await world.get("/v1/documents", OTHER_REP))["items"] == []


async def test_a_paper_is_handled_by_a_member(world: World) -> None:
    deal = await world.deal(REP)

    refused = await world.refusal(
        "POST", f"/v1/deals/{deal['id']}/documents", {"type": "offer", "owner_id": str(named("nobody"))}, REP
    )

    assert refused == (422, "reference_unknown", [("/owner_id", "reference_unknown")])
