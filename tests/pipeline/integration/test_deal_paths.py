"""The way of a deal stands beside it, always the same as its passages."""

from sqlalchemy import text

from shared.contracts.events.leads_lead import DealWanted, LeadConverted
from tests.pipeline.integration.world import NOW, World, days, iso, named, told

_OTHER = text(
    """
    SELECT count(*) FROM deal JOIN (
        SELECT deal_id, array_agg(CASE WHEN outcome IS NULL THEN stage_id END ORDER BY position) AS path,
            array_agg(entered_at ORDER BY position) AS path_at
        FROM deal_passage GROUP BY deal_id
    ) AS went ON went.deal_id = deal.id
    WHERE (deal.path, deal.path_at) IS DISTINCT FROM (went.path, went.path_at)
    """
)


async def differing(world: World) -> int:
    async with world.database.reading() as connection:
        return await connection.scalar(_OTHER) or 0


async def test_the_path_follows_every_kind_of_change(world: World) -> None:
    deal = await world.deal(created_at=iso(NOW - days(10)))
    path = f"/v1/deals/{deal['id']}"
    for what, body in (
        ("stage", {"stage": "Proposal"}),
        ("stage", {"stage": "Qualification", "fields": {"name": "Acme again"}}),
        ("lose", {"reason": "price", "closed_at": iso(NOW - days(1))}),
        ("reopen", {"stage": "Negotiation"}),
        ("win", {}),
    ):
        world.now += days(1)
        await world.post(f"{path}/{what}", body)
        assert await differing(world) == 0

    async with world.database.reading() as connection:
        ways = await connection.execute(text("SELECT path, path_at FROM deal"))
        [(way, entered)] = ways.all()
    assert [stage is None for stage in way] == [False, False, False, True, False]
    assert len(entered) == 5


async def test_the_path_is_that_of_the_history_told_last(world: World) -> None:
    item = {"name": "Acme", "source_system": "crm", "external_id": "1", "created_at": "2027-01-01"}
    for history in (["Qualification"], ["Qualification", "Proposal", "Needs analysis"]):
        entries = [
            {"stage": stage, "entered_at": f"2027-01-0{day}"} for day, stage in enumerate(history, start=1)
        ]
        await world.post("/v1/deals/batch", {"items": [{**item, "stage_history": entries}]})
        assert await differing(world) == 0


async def test_where_a_deal_came_from_is_kept_as_it_was(world: World) -> None:
    lead = LeadConverted(
        lead_id=named("lead"),
        status="converted",
        created_at=NOW - days(9),
        first_contact_at=NOW - days(7),
        channel="web",
        category="hot",
        deal=DealWanted(deal_id=named("deal"), name="Acme"),
    )

    await world.consume(told(lead, named("lead")))

    async with world.database.reading() as connection:
        origins = await connection.execute(
            text("SELECT deal_id, lead_created_at, first_contact_at, channel, category FROM deal_origin")
        )
        assert origins.all() == [(named("deal"), NOW - days(9), NOW - days(7), "web", "hot")]
