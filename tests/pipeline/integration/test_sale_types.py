"""Each sale is active or passive, and direct or indirect: said by a person, or known from its lead."""

from uuid import UUID

import pytest

from shared.contracts.events.leads_lead import DealWanted, LeadConverted, Origin
from tests.pipeline.integration.world import FIRST, NOW, REP, World, named, told


@pytest.mark.parametrize(
    ("origin", "partner", "approach", "channel"),
    [
        ("active", None, "active", "direct"),
        ("passive", "Globex", "passive", "indirect"),
        (None, None, None, "direct"),
    ],
)
async def test_a_converted_lead_gives_its_deal_the_type_of_sale(
    world: World, origin: Origin | None, partner: str | None, approach: str | None, channel: str
) -> None:
    lead = LeadConverted(
        lead_id=named("lead"),
        status="converted",
        created_at=NOW,
        owner_id=UUID(REP.sub),
        origin=origin,
        partner_id=None if partner is None else named(partner),
        deal=DealWanted(deal_id=named("deal"), name="Acme"),
    )

    await world.consume(told(lead, lead.lead_id))

    deal = await world.get(f"/v1/deals/{named('deal')}", REP)
    assert (deal["sale_approach"], deal["sale_channel"]) == (approach, channel)


async def test_the_type_of_a_sale_is_said_changed_listed_and_told(world: World) -> None:
    deal = await world.deal(REP, sale_approach="active")
    path = f"/v1/deals/{deal['id']}"

    answer = await world.send("PATCH", path, REP, json={"sale_channel": "indirect"}, headers=FIRST)

    listed = await world.get("/v1/deals", REP, sale_approach="active", sale_channel="indirect")
    assert listed["items"] == [answer.json()]
    assert (await world.get("/v1/deals", REP, sale_channel="direct"))["items"] == []
    told_last = (await world.events(deal["id"]))[-1]
    assert (told_last["type"], told_last["data"]["changed"]) == ("pipeline.deal.changed", ["sale_channel"])
    refused = await world.refusal("PATCH", path, {"sale_channel": "sideways"}, REP, **{"If-Match": '"2"'})
    assert refused[:2] == (422, "validation_failed")
