"""What other services tell: converted leads become deals once, accounts become known."""

import asyncio
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from services.pipeline.account.tables import known_account
from services.pipeline.tables import MESSAGING
from services.pipeline.topics import HANDLERS
from shared.contracts.catalogue import TOPICS, decode
from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_account import (
    AccountArchived,
    AccountChanged,
    AccountCreated,
    AccountMerged,
    AccountRestored,
    AccountUnmerged,
)
from shared.contracts.events.leads_contact import ContactMerged
from shared.contracts.events.leads_lead import DealWanted, LeadConverted, LeadCreated, LeadMerged
from shared.contracts.money import Money
from shared.messaging.handlers import Delivery, handle
from tests.pipeline.integration.world import NOW, REP, World, days, euros, named, told


def conversion(*, currency: str = "EUR", pipeline_id: UUID | None = None, name: str = "lead") -> Envelope:
    """A lead of the rep that wants a deal of 100."""
    wanted = DealWanted(
        deal_id=named(f"deal of {name}"),
        name="Acme",
        amount=Money(amount=Decimal("100.00"), currency=currency),
        pipeline_id=pipeline_id,
        expected_close=date(2027, 6, 30),
        tags=("Key  Account", "fair", "FAIR"),
    )
    lead = LeadConverted(
        lead_id=named(name),
        status="converted",
        created_at=NOW - days(9),
        owner_id=UUID(REP.sub),
        source="fair",
        account_id=named("Acme"),
        contact_id=named("Ada"),
        deal=wanted,
    )
    return told(lead, lead.lead_id, sequence=4, time=NOW - days(1))


DEAL = f"/v1/deals/{named('deal of lead')}"


async def test_a_converted_lead_becomes_a_deal_of_its_owner(world: World) -> None:
    envelope = conversion()

    await world.consume(envelope)
    deal = await world.get(DEAL, REP)
    (event,) = await world.events(deal["id"])

    assert deal["tags"] == ["key account", "fair"]
    assert (deal["lead_id"], deal["account_id"], deal["contact_id"], deal["source"]) == (
        str(named("lead")),
        str(named("Acme")),
        str(named("Ada")),
        "fair",
    )
    assert (deal["stage"], deal["amount"], deal["expected_close"]) == (
        "Qualification",
        euros("100.00"),
        "2027-06-30",
    )
    assert deal["created_at"] == "2027-02-28T09:00:00Z"
    assert (event["correlationid"], event["causationid"]) == ("from-elsewhere", str(envelope.id))


async def test_told_again_in_any_way_it_is_one_deal(world: World) -> None:
    await world.consume(conversion())
    await world.consume(conversion())
    async with world.database.transaction() as connection:
        read = decode(conversion().model_dump_json())
        await handle(connection, HANDLERS, [Delivery(read[1], read[0])] * 2)

    assert (await world.get("/v1/deals", total="exact"))["total"] == 1
    assert len(await world.events()) == 1


async def test_an_unknown_pipeline_means_the_default_one(world: World) -> None:
    await world.consume(conversion(pipeline_id=named("unknown")))

    assert (await world.get(DEAL))["stage"] == "Qualification"


async def test_the_pipeline_wanted_is_used(world: World) -> None:
    other = await world.post("/v1/pipelines/from-template/three-part")

    await world.consume(conversion(pipeline_id=UUID(other["id"])))

    assert (await world.get(DEAL))["stage"] == "Attract new customers"


async def test_without_a_rate_the_lead_is_parked_and_others_go_on(world: World) -> None:
    await world.consume(conversion(currency="XTS"), conversion(name="second"))

    async with world.database.reading() as connection:
        reasons = (await connection.execute(select(MESSAGING.parked.c.reason))).scalars().all()
    assert [reason.split(":")[1].strip() for reason in reasons] == ["rate_missing"]
    assert [item["id"] for item in (await world.get("/v1/deals"))["items"]] == [str(named("deal of second"))]


async def test_leads_that_want_no_deal_open_none(world: World) -> None:
    created = LeadCreated(lead_id=named("a"), status="new", created_at=NOW)
    converted = LeadConverted(lead_id=named("b"), status="converted", created_at=NOW)

    await world.consume(told(created, created.lead_id), told(converted, converted.lead_id))

    assert await world.events() == []


async def test_an_account_told_late_and_twice_keeps_its_newest_name(world: World) -> None:
    account = {"account_id": named("Acme"), "created_at": NOW}
    versions = [
        told(AccountChanged(name=f"Acme {sequence}", **account), named("Acme"), sequence=sequence)
        for sequence in (2, 3, 2, 1)
    ]
    read = [decode(envelope.model_dump_json()) for envelope in versions]

    async with world.database.transaction() as connection:
        for envelope, event in read:
            await handle(connection, HANDLERS, [Delivery(event, envelope)])
        await handle(connection, HANDLERS, [Delivery(event, envelope) for envelope, event in read])
        names = (await connection.execute(select(known_account.c.name))).scalars().all()

    assert names == ["Acme 3"]


async def test_a_deal_may_name_an_account_once_it_is_told(world: World) -> None:
    await world.consume(
        told(AccountCreated(account_id=named("Acme"), name="Acme", created_at=NOW), named("Acme"))
    )

    assert (await world.deal(account_id=str(named("Acme"))))["account_id"] == str(named("Acme"))


def test_every_topic_this_service_reads_has_a_handler() -> None:
    read = {topic.name for topic in TOPICS.values() if "pipeline" in topic.consumers}

    assert {event.topic() for event in HANDLERS} == read


async def test_a_deal_may_not_name_an_account_that_is_put_away(world: World) -> None:
    acme = {"account_id": named("Acme"), "name": "Acme", "created_at": NOW}
    await world.consume(
        told(AccountCreated(**acme), named("Acme")),
        told(AccountArchived(**acme, archived_at=NOW), named("Acme"), sequence=2),
    )

    status, code, _ = await world.refusal(
        "POST", "/v1/deals", {"name": "Acme", "account_id": str(named("Acme"))}
    )
    await world.consume(told(AccountRestored(**acme), named("Acme"), sequence=3))

    assert (status, code) == (422, "reference_unknown")
    assert (await world.deal(account_id=str(named("Acme"))))["account_id"] == str(named("Acme"))


MERGE = named("merge")


def account_merged(*, sequence: int = 2) -> Envelope:
    event = AccountMerged(
        account_id=named("Acme"), name="Acme", created_at=NOW, merged_into=named("Initech"), merge_id=MERGE
    )
    return told(event, event.account_id, sequence=sequence)


def account_unmerged() -> Envelope:
    event = AccountUnmerged(
        account_id=named("Acme"),
        name="Acme",
        created_at=NOW,
        merge_id=MERGE,
        unmerged_from=named("Initech"),
    )
    return told(event, event.account_id, sequence=3)


async def test_deals_of_a_merged_account_are_the_winners_and_come_back(world: World) -> None:
    await world.consume(conversion())

    await world.consume(account_merged())
    merged = await world.get(DEAL, REP)
    await world.consume(account_unmerged())
    apart = await world.get(DEAL, REP)

    assert (merged["account_id"], apart["account_id"]) == (str(named("Initech")), str(named("Acme")))
    assert [each["type"] for each in await world.events(merged["id"])][1:] == ["pipeline.deal.changed"] * 2


async def test_a_deal_opened_after_its_account_was_merged_is_the_winners_and_comes_back(world: World) -> None:
    await world.consume(account_merged())
    further = AccountMerged(
        account_id=named("Initech"), name="Initech", created_at=NOW, merged_into=named("Hooli"),
        merge_id=named("other merge"),
    )  # fmt: skip
    await world.consume(told(further, further.account_id, sequence=2))

    await world.consume(conversion())
    opened = await world.get(DEAL, REP)
    parted = AccountUnmerged(
        account_id=named("Initech"), name="Initech", created_at=NOW, merge_id=named("other merge"),
        unmerged_from=named("Hooli"),
    )  # fmt: skip
    await world.consume(told(parted, parted.account_id, sequence=3), account_unmerged())

    assert opened["account_id"] == str(named("Hooli"))
    assert (await world.get(DEAL, REP))["account_id"] == str(named("Acme"))


async def test_a_deal_opened_after_a_merge_was_undone_names_what_it_wanted(world: World) -> None:
    await world.consume(account_merged(), account_unmerged(), account_merged())

    await world.consume(conversion())

    assert (await world.get(DEAL, REP))["account_id"] == str(named("Acme"))


async def test_a_deal_opened_while_its_contact_is_merged_is_the_winners(
    world: World,
) -> None:
    contact = ContactMerged(contact_id=named("Ada"), created_at=NOW, merged_into=named("Eve"), merge_id=MERGE)

    await asyncio.gather(world.consume(told(contact, contact.contact_id)), world.consume(conversion()))

    assert (await world.get(DEAL, REP))["contact_id"] == str(named("Eve"))


async def test_a_deal_moved_on_since_stays_where_it_is(world: World) -> None:
    await world.consume(conversion(), account_merged())
    other = AccountMerged(
        account_id=named("Initech"), name="Initech", created_at=NOW, merged_into=named("Hooli"),
        merge_id=named("other merge"),
    )  # fmt: skip
    await world.consume(told(other, other.account_id, sequence=2))

    await world.consume(account_unmerged())

    assert (await world.get(DEAL, REP))["account_id"] == str(named("Hooli"))


async def test_deals_follow_merged_contacts_and_leads(world: World) -> None:
    await world.consume(conversion())
    contact = ContactMerged(contact_id=named("Ada"), created_at=NOW, merged_into=named("Eve"), merge_id=MERGE)
    lead = LeadMerged(
        lead_id=named("lead"), status="converted", created_at=NOW, merged_into=named("twin"), merge_id=MERGE
    )

    await world.consume(told(contact, contact.contact_id), told(lead, lead.lead_id, sequence=5))

    deal = await world.get(DEAL, REP)
    assert (deal["contact_id"], deal["lead_id"]) == (str(named("Eve")), str(named("twin")))
