"""Every ledger is what its events say, in whatever order across aggregates, and can be made anew."""

import random
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from services.forecast.rebuild import shadow
from services.forecast.rebuild.ledgers import LEDGERS
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.event import Event
from shared.contracts.events.gateway_member import MemberChanged, MemberJoined
from shared.contracts.events.gateway_team import TeamChanged, TeamCreated
from shared.contracts.events.leads_account import AccountChanged, AccountCreated
from shared.contracts.events.leads_activity import ActivityChanged, ActivityLogged
from shared.contracts.events.leads_lead import LeadChanged, LeadCreated
from shared.contracts.events.leads_territory import TerritoryActivated, TerritoryDropped
from shared.contracts.events.pipeline_product import ProductChanged, ProductCreated
from tests.forecast.builders import CONTEXT, at, deal_event, eur, named, told
from tests.forecast.integration.world import World, deliveries

SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TABLES = [table for ledger in LEDGERS.values() for table in ledger.tables]


def a_day(chance: random.Random) -> datetime:
    return at("2027-01-01T08:00") + timedelta(days=chance.randrange(80), minutes=chance.randrange(600))


def some_id(chance: random.Random, kind: str) -> UUID | None:
    return chance.choice([None, named(f"{kind} 0"), named(f"{kind} 1")])


def lead(chance: random.Random, name: str, first: bool) -> Event:
    return (LeadCreated if first else LeadChanged)(
        lead_id=named(name),
        status=chance.choice(["new", "qualified"]),
        created_at=at("2027-01-01"),
        qualified_at=chance.choice([None, a_day(chance)]),
        account_id=some_id(chance, "account"),
        territory_id=some_id(chance, "territory"),
        merged_into=some_id(chance, "lead"),
    )


def activity(chance: random.Random, name: str, first: bool) -> Event:
    return (ActivityLogged if first else ActivityChanged)(
        activity_id=named(name),
        activity_type="call",
        created_at=at("2027-01-01"),
        deal_id=some_id(chance, "deal"),
        done_at=chance.choice([None, a_day(chance)]),
        archived_at=chance.choice([None, a_day(chance)]),
    )


def account(chance: random.Random, name: str, first: bool) -> Event:
    return (AccountCreated if first else AccountChanged)(
        account_id=named(name),
        name=name,
        created_at=at("2027-01-01"),
        country=chance.choice([None, "UA", "DE"]),
        parent_id=some_id(chance, "account"),
    )


def product(chance: random.Random, name: str, first: bool) -> Event:
    return (ProductCreated if first else ProductChanged)(
        product_id=named(name),
        name=f"{name} {chance.randrange(9)}",
        created_at=at("2027-01-01"),
        active=chance.random() < 0.7,
    )


def territory(chance: random.Random, name: str, first: bool) -> Event:
    return (TerritoryActivated if chance.random() < 0.7 else TerritoryDropped)(
        territory_id=named(name),
        name=name,
        territory_version=1 if first else 2,
        active=chance.random() < 0.7,
        account_ids=tuple(named(f"account {n}") for n in range(chance.randrange(3))),
    )


def member(chance: random.Random, name: str, first: bool) -> Event:
    return (MemberJoined if first else MemberChanged)(
        member_id=named(name),
        role=chance.choice(["rep", "manager"]),
        created_at=at("2027-01-01"),
        team_id=some_id(chance, "team"),
        active=chance.random() < 0.7,
    )


def team(chance: random.Random, name: str, first: bool) -> Event:
    return (TeamCreated if first else TeamChanged)(
        team_id=named(name),
        name=f"{name} {chance.randrange(9)}",
        created_at=at("2027-01-01"),
        parent_id=some_id(chance, "team"),
    )


def deal(chance: random.Random, name: str, sequence: int) -> Envelope:
    status = "open" if sequence == 1 else chance.choice(["open", "open", "won", "lost"])
    kind = "opened" if sequence == 1 else {"open": "changed", "won": "won", "lost": "lost"}[status]
    return deal_event(
        kind,
        name,
        sequence=sequence,
        time=a_day(chance).isoformat()[:19],
        status=status,
        closed_at=None if status == "open" else a_day(chance),
        amount=eur(chance.randrange(1, 10**6)),
        probability=Decimal(chance.randrange(101)) / 100,
        owner_id=some_id(chance, "member"),
        account_id=some_id(chance, "account"),
        lead_id=some_id(chance, "lead"),
    )


KINDS: dict[str, Callable[[random.Random, str, bool], Event]] = {
    "lead": lead,
    "activity": activity,
    "account": account,
    "product": product,
    "territory": territory,
    "member": member,
    "team": team,
}


def lives(chance: random.Random) -> list[list[Envelope]]:
    """A few of everything, each with the events of its life in order."""
    found = []
    for n in range(chance.randrange(1, 4)):
        for kind, make in KINDS.items():
            name = f"{kind} {n}"
            events = [make(chance, name, not k) for k in range(chance.randrange(1, 5))]
            found.append(
                [
                    wrap(event, subject=named(name), sequence=k, time=a_day(chance), context=CONTEXT)
                    for k, event in enumerate(events, start=1)
                ]
            )
        found.append([deal(chance, f"deal {n}", k) for k in range(1, chance.randrange(2, 7))])
    return [[told(event, a_day(chance)) for event in life] for life in found]


def interleaved(chance: random.Random, all_lives: Iterable[list[Envelope]]) -> list[Envelope]:
    """Each life in its own order; repeats of what came before come in between."""
    left = [list(life) for life in all_lives if life]
    order: list[Envelope] = []
    while left:
        life = chance.choice(left)
        order.append(life.pop(0))
        left = [each for each in left if each]
        if chance.random() < 0.3:
            order.append(chance.choice(order))
    return order


def cut(chance: random.Random, events: list[Envelope]) -> Iterable[list[Envelope]]:
    """Batches of any size."""
    while events:
        size = chance.randint(1, len(events))
        yield events[:size]
        events = events[size:]


async def forget_everything(world: World) -> None:
    names = ", ".join(table.name for table in TABLES)
    async with world.database.transaction() as connection:
        await connection.execute(text(f"TRUNCATE {names}, inbox, applied"))


async def ledgers(world: World) -> dict[str, list[Any]]:
    async with world.database.reading() as connection:
        return {
            table.name: [
                tuple(row)
                for row in await connection.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in TABLES
        }


@SLOWLY
@given(chance=st.randoms(use_true_random=False))
async def test_the_worker_makes_the_same_ledgers_of_any_order_across_aggregates(
    world: World, chance: random.Random
) -> None:
    told_lives = lives(chance)
    await forget_everything(world)
    await world.consume(*(event for life in told_lives for event in life))
    expected = await ledgers(world)

    await forget_everything(world)
    for batch in cut(chance, interleaved(chance, told_lives)):
        await world.consume(*batch)

    assert await ledgers(world) == expected
    assert all(expected.values())


@SLOWLY
@given(chance=st.randoms(use_true_random=False))
async def test_every_ledger_made_anew_equals_the_live_one(world: World, chance: random.Random) -> None:
    told_lives = lives(chance)
    await forget_everything(world)
    for batch in cut(chance, interleaved(chance, told_lives)):
        await world.consume(*batch)
    live = await ledgers(world)

    for ledger in LEDGERS.values():
        async with world.database.transaction() as connection:
            await shadow.make(connection, ledger)
        own = [life for life in told_lives if life[0].topic == ledger.topic]
        for batch in cut(chance, interleaved(chance, own)):
            async with world.database.transaction() as connection:
                await shadow.apply(connection, ledger, deliveries(batch))
        async with world.database.transaction() as connection:
            assert await shadow.compare(connection, ledger) == shadow.Differences()
            assert await shadow.missing(connection, ledger) == 0
            await shadow.swap(connection, ledger)
            await shadow.clear(connection)

    assert await ledgers(world) == live
