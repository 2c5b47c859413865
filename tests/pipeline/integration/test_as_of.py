"""Deals as they stood: asked later, the answers are those that were given then."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from services.pipeline.pipeline.templates import default_pipeline
from shared.contracts.events.leads_account import AccountMerged, AccountUnmerged
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    iso,
    named,
    told,
)
from tests.support.migrating import upgraded_anew

DEALS, SUMMARY = "/v1/deals", "/v1/pipeline/summary"
BOARD = f"/v1/boards/{default_pipeline().id}"
STAGES = ("Qualification", "Needs analysis", "Proposal", "Negotiation")


async def lasting(world: World, path: str = DEALS, by: Any = DIRECTOR, **asked: Any) -> Json:
    """An answer, with instants as the API takes them."""
    params = {name: iso(value) if isinstance(value, datetime) else value for name, value in asked.items()}
    return await world.get(path, by, **params)


async def standing(world: World, at: datetime, **asked: Any) -> list[tuple[str, str, str]]:
    """Name, status and stage of each deal as of then."""
    items = (await lasting(world, as_of=at, sort="created_at", **asked))["items"]
    return [(each["name"], each["status"], each["stage"]) for each in items]


async def test_a_deal_is_where_it_was(world: World) -> None:
    deal = await world.deal(amount=euros("10.00"))
    world.now += days(1)
    await world.post(f"{DEALS}/{deal['id']}/stage", {"stage": "Proposal"})
    world.now += days(1)
    await world.post(f"{DEALS}/{deal['id']}/win", {"amount": euros("7.00")})

    (first,) = (await lasting(world, as_of=NOW))["items"]

    assert first == deal
    assert await standing(world, NOW - days(1)) == []
    assert await standing(world, NOW + days(1.5)) == [("Acme", "open", "Proposal")]
    assert await standing(world, NOW + days(2)) == [("Acme", "won", "Proposal")]


async def test_what_has_its_past_told_when_it_is_loaded_answers_for_that_past(world: World) -> None:
    await world.deal(
        created_at=iso(NOW - days(90)),
        closed_at=iso(NOW - days(30)),
        outcome="lost",
        loss_reason="price",
        stage_history=[
            {"stage": "Qualification", "entered_at": iso(NOW - days(80))},
            {"stage": "Negotiation", "entered_at": iso(NOW - days(60))},
        ],
    )
    (before,) = (await lasting(world, as_of=NOW - days(50)))["items"]

    assert [await standing(world, NOW - days(age)) for age in (91, 90, 61, 60, 31, 30)] == [
        [],
        [("Acme", "open", "Qualification")],
        [("Acme", "open", "Qualification")],
        [("Acme", "open", "Negotiation")],
        [("Acme", "open", "Negotiation")],
        [("Acme", "lost", "Negotiation")],
    ]
    assert (before["probability"], before["forecast_category"], before["stage_entered_at"]) == (
        0.75,
        "commit",
        iso(NOW - days(60)),
    )
    assert (before["loss_reason"], before["closed_at"]) == (None, None)


async def test_a_closing_recorded_late_counts_from_its_day_but_was_not_known_then(world: World) -> None:
    deal = await world.deal(amount=euros("10.00"))
    world.now += days(5)
    await world.post(f"{DEALS}/{deal['id']}/stage", {"stage": "Proposal"})
    world.now += days(5)
    await world.post(f"{DEALS}/{deal['id']}/win", {"closed_at": iso(NOW + days(3))})
    between = NOW + days(6)

    assert await standing(world, between) == [("Acme", "won", "Proposal")]
    assert await standing(world, between, known_at=iso(between)) == [("Acme", "open", "Proposal")]
    assert await standing(world, NOW + days(2)) == [("Acme", "open", "Qualification")]
    assert (await lasting(world, known_at=between))["items"][0]["status"] == "open"


async def test_a_past_told_anew_overrules_the_one_known_and_keeps_what_else_was_so(world: World) -> None:
    origin: Json = {"source_system": "crm", "external_id": "1", "name": "Acme"}
    deal = await world.deal(
        **origin,
        amount=euros("10.00"),
        stage_history=[{"stage": "Qualification", "entered_at": iso(NOW)}],
    )
    world.now += days(4)
    await edit(world, deal, {"amount": euros("20.00")})
    world.now += days(4)
    again = {
        **origin,
        "created_at": iso(NOW + days(1)),
        "stage_history": [
            {"stage": "Qualification", "entered_at": iso(NOW + days(1))},
            {"stage": "Proposal", "entered_at": iso(NOW + days(3))},
        ],
    }
    await world.post(f"{DEALS}/batch", {"items": [again]})
    (amount,) = [each["amount"] for each in (await lasting(world, as_of=NOW + days(3)))["items"]]

    assert [await standing(world, NOW + days(day)) for day in (0, 1, 3, 8)] == [
        [],
        [("Acme", "open", "Qualification")],
        [("Acme", "open", "Proposal")],
        [("Acme", "open", "Proposal")],
    ]
    assert amount == euros("10.00")
    assert await standing(world, NOW + days(5), known_at=iso(NOW + days(5))) == [
        ("Acme", "open", "Qualification")
    ]


async def test_the_future_is_refused_and_today_is_now(world: World) -> None:
    await world.deal()

    refused = [
        await world.refusal("GET", f"{path}?{asked}={when}")
        for path in (DEALS, SUMMARY)
        for asked in ("as_of", "known_at")
        for when in (iso(NOW + timedelta(seconds=1)), "2027-03-02", "yesterday")
    ]

    assert {(status, code) for status, code, _ in refused} == {(400, "invalid_parameter")}
    assert [errors[0] for _, _, errors in refused[:6]] == [
        ("/query/as_of", "in_the_future"),
        ("/query/as_of", "in_the_future"),
        ("/query/as_of", "wrong_format"),
        ("/query/known_at", "in_the_future"),
        ("/query/known_at", "in_the_future"),
        ("/query/known_at", "wrong_format"),
    ]
    assert len((await lasting(world, as_of="2027-03-01"))["items"]) == 1
    assert (await lasting(world, as_of="2027-02-28"))["items"] == []


async def test_who_may_see_a_deal_today_sees_how_it_stood(world: World) -> None:
    deal = await world.deal(REP)
    world.now += days(1)
    await edit(world, deal, {"owner_id": OTHER_REP.sub})
    world.now += days(1)

    of_rep, of_other = [(await lasting(world, by=by, as_of=NOW))["items"] for by in (REP, OTHER_REP)]

    assert (of_rep, [each["owner_id"] for each in of_other]) == ([], [REP.sub])
    assert (await lasting(world, SUMMARY, OTHER_REP, as_of=NOW))["totals"]["open_deals"] == 1


async def test_filters_sorts_and_pages_are_those_of_the_list_as_it_stood(world: World) -> None:
    for number in range(5):
        deal = await world.deal(name=f"deal {number}", amount=euros(f"{number}.00"), stage=STAGES[number % 2])
        world.now += days(1)
        await world.post(f"{DEALS}/{deal['id']}/win")
    asked: Json = {"as_of": iso(NOW + days(3)), "sort": "-base_amount", "limit": 1, "total": "exact"}

    first = await lasting(world, **asked, stage="Needs analysis", q="deal")
    second = await lasting(world, **asked, stage="Needs analysis", q="deal", cursor=first["next_cursor"])
    elsewhere = await world.refusal("GET", f"{DEALS}?sort=-base_amount&limit=1&cursor={first['next_cursor']}")

    assert [(each["name"], each["status"]) for each in first["items"] + second["items"]] == [
        ("deal 3", "open"),
        ("deal 1", "won"),
    ]
    assert (first["total"], second["next_cursor"], elsewhere[0]) == (2, None, 400)


async def test_a_column_added_later_is_kept_too(world: World) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("ALTER TABLE deal ADD COLUMN colour text"))
    deal = await world.deal()
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE deal SET colour = 'red'"))
    async with world.database.reading() as connection:
        kept = await connection.execute(
            text("SELECT more ->> 'colour', version FROM deal_version ORDER BY seq")
        )

        assert [tuple(row) for row in kept] == [(None, 1), ("red", deal["version"])]


action = st.one_of(
    st.tuples(st.just("open"), st.sampled_from(STAGES)),
    st.tuples(st.just("load"), st.integers(0, 3)),
    st.tuples(st.just("tell again"), st.integers(0, 3)),
    st.tuples(st.just("move"), st.sampled_from(STAGES)),
    st.tuples(st.just("edit"), st.sampled_from([{"amount": euros("5.00")}, {"amount": None},
        {"owner_id": REP.sub}, {"probability": 0.33}, {"account_id": str(named("Acme"))}])),
    st.tuples(st.just("win"), st.none()),
    st.tuples(st.just("win late"), st.floats(0, 1)),
    st.tuples(st.just("lose"), st.none()),
    st.tuples(st.just("reopen"), st.sampled_from(STAGES)),
    st.tuples(st.sampled_from(["merge", "part"]), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([3, 20])),
    st.tuples(st.just("put"), st.sampled_from(["before", "after"])),
)  # fmt: skip
_sequences = count(2)
TELLS_OF_THE_PAST = {"load", "tell again", "win late"}


@settings(
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(st.tuples(action, st.integers(0, 2)), min_size=3, max_size=10))
async def test_asked_later_the_answers_are_those_given_then(
    world: World, actions: list[tuple[tuple[str, Any], int]]
) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE deal, record_merge, known_account, applied CASCADE"))
    await world.know(["Acme", "Initech"])
    # What the database notes as recorded is never before its own clock.
    world.now = start = max(NOW, datetime.now(UTC) + days(1))
    given_then, clean_since = [], start
    for number, ((kind, what), which) in enumerate(actions):
        world.now += days(1.25)
        await act(world, kind, what, which, number)
        await world.work_off()
        if kind in TELLS_OF_THE_PAST:
            clean_since = world.now
        given_then.append((world.now, await answers(world)))
    world.now += days(1)

    for at, then in given_then:
        assert await answers(world, as_of=iso(at), known_at=iso(at)) == then
        assert await answers(world, known_at=iso(at)) == then
        if at >= clean_since:
            assert await answers(world, as_of=iso(at)) == then


async def answers(world: World, **asked: Any) -> list[Json]:
    return [
        await world.get(DEALS, sort="created_at", **asked),
        await world.get(DEALS, status="open", amount="is:notnull", **asked),
        await world.get(SUMMARY, **asked),
        await world.get(SUMMARY, owner_id=REP.sub, **asked),
        (await world.get(BOARD, **asked))["columns"],
        await world.get(DEALS, stage_overdue="true", **asked),
    ]


async def act(world: World, kind: str, what: Any, which: int, number: int) -> None:
    if kind == "open":
        await world.deal(stage=what, amount=euros(f"{number}.50"))
    elif kind in ("load", "tell again"):
        await world.post(f"{DEALS}/batch", {"items": [loaded(world, what, which, number)]})
    elif kind in ("merge", "part"):
        await merge(world, kind)
    elif kind == "wait":
        world.now += days(what)
    elif kind == "put":
        await put(world, what, which)
    else:
        listed = (await world.get(DEALS, sort="created_at"))["items"]
        if listed:
            await change(world, listed[which % len(listed)], kind, what)


async def put(world: World, side: str, which: int) -> None:
    """A card beside the next one of its column."""
    for column in (await world.get(BOARD))["columns"]:
        cards = [card["id"] for card in column["cards"]]
        if len(cards) > 1:
            card, other = cards[which % len(cards)], cards[(which + 1) % len(cards)]
            await world.send("POST", f"{DEALS}/{card}/position", json={side: other})


async def change(world: World, deal: Json, kind: str, what: Any) -> None:
    path = f"{DEALS}/{deal['id']}"
    if kind == "edit":
        await edit(world, deal, what)
    else:
        verb, body = wanted(world, deal, kind, what)
        answer = await world.send("POST", f"{path}/{verb}", json=body, headers=ANY)
        assert answer.status_code in (200, 409, 422), answer.text


def wanted(world: World, deal: Json, kind: str, what: Any) -> tuple[str, Json]:
    match kind:
        case "move":
            return "stage", {"stage": what}
        case "win late":
            created_at = datetime.fromisoformat(deal["created_at"])
            return "win", {"closed_at": iso(created_at + (world.now - created_at) * what)}
        case "lose":
            return "lose", {"reason": "price"}
        case "reopen":
            return "reopen", {"stage": what}
    return "win", {}


async def edit(world: World, deal: Json, fields: Json) -> None:
    seen = {"If-Match": f'"{deal["version"]}"'}
    answer = await world.send("PATCH", f"{DEALS}/{deal['id']}", json=fields, headers=seen)
    assert answer.status_code in (200, 409, 422), answer.text


def loaded(world: World, stages: int, which: int, number: int) -> Json:
    """A deal of another system with a history of some stages, closed or not."""
    entered = [world.now - days(10 - 3 * stage + number % 3) for stage in range(stages)]
    history = [{"stage": stage, "entered_at": iso(at)} for stage, at in zip(STAGES, entered, strict=False)]
    closed: Json = {"outcome": "won", "closed_at": iso(world.now - days(0.5))} if number % 4 == 3 else {}
    return {
        "name": f"load {which}",
        "source_system": "crm",
        "external_id": str(which),
        "amount": euros(f"{number}.25"),
        **closed,
        **({"stage_history": history} if history else {"created_at": iso(world.now - days(20))}),
    }


async def merge(world: World, kind: str) -> None:
    about: Json = {"account_id": named("Acme"), "name": "Acme", "created_at": NOW, "merge_id": named("merge")}
    event = (
        AccountMerged(**about, merged_into=named("Initech"))
        if kind == "merge"
        else AccountUnmerged(**about, unmerged_from=named("Initech"))
    )
    await world.consume(told(event, named("Acme"), sequence=next(_sequences), time=world.now))


async def test_deals_of_before_are_known_from_what_was_told_of_them(world: World) -> None:
    moments = []
    life: list[tuple[str, Any]] = [
        *(("open", "Proposal"), ("load", 3), ("load", 2), ("move", "Negotiation"), ("merge", None)),
        *(("edit", {"amount": euros("9.00")}), ("win late", 0.5), ("reopen", "Proposal"), ("lose", None)),
    ]
    for number, (kind, what) in enumerate(life):
        world.now += days(1)
        await act(world, kind, what, number, number)
        moments.append(world.now)
    before = [await in_short(world, at) for at in moments]

    await upgraded_anew(world.database, "pipeline", "deal_versions")

    assert [await in_short(world, at) for at in moments] == before


async def in_short(world: World, at: datetime) -> list[tuple[Any, ...]]:
    """What was told of deals before their versions were kept."""
    items = (await lasting(world, as_of=at, sort="created_at"))["items"]
    told_of = ("name", "status", "stage_id", "stage_entered_at", "amount", "base_amount", "probability")
    more = ("forecast_category", "closed_at", "account_id", "loss_reason", "created_at", "version")
    return [tuple(each[name] for name in (*told_of, *more)) for each in items]
