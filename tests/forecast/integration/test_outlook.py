"""`GET /v1/forecast` over real ledgers."""

from decimal import Decimal
from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, product, team
from tests.forecast.integration.world import DIRECTOR, World, euros, who

FIGURES = ("closed", "commit", "most_likely", "best_case", "open_pipeline", "weighted")


def quarter() -> list[Envelope]:
    """Closed 50, commit 100, best case 150, pipeline 200: the published example, and what must not count."""
    march = at("2027-03-31").date()
    return [
        organisation(),
        *_opened("won", amount=eur(50), status="won", closed_at=at("2027-03-31T23:30"), stage="Won"),
        *_opened(
            "commit", amount=eur(100), forecast_category="commit", probability="0.9", expected_close=march
        ),
        *_opened("best", amount=eur(150), forecast_category="best_case", probability="0.5"),
        *_opened("pipe", amount=eur(200), probability="0"),
        *_opened("omitted", amount=eur(1000), forecast_category="omitted"),
        *_opened("lost", amount=eur(1000), status="lost", closed_at=at("2027-03-01"), probability="1"),
        *_opened("next", amount=eur(1000), expected_close=at("2027-04-01").date()),
        *_opened("won later", amount=eur(1000), status="won", closed_at=at("2027-04-01")),
        *_opened("unset", amount=eur(0), probability=None),
        *_opened("no amount", amount=None, probability="0.5"),
        *_opened("undated", amount=eur(1000), expected_close=None),
    ]


def _opened(name: str, **state: Any) -> list[Envelope]:
    return [deal_event("opened", name, time="2027-01-10", **state)]


async def test_the_columns_of_a_quarter_hold_just_the_deals_of_that_quarter(world: World) -> None:
    await world.consume(*quarter())

    forecast = await world.forecast()

    assert euros(forecast, *FIGURES) == {
        "closed": "50.00",
        "commit": "150.00",
        "most_likely": "150.00",
        "best_case": "300.00",
        "open_pipeline": "450.00",
        "weighted": "215.00",
    }
    assert forecast["deals"] == {
        "closed": 1,
        "commit": 2,
        "most_likely": 2,
        "best_case": 3,
        "open_pipeline": 5,
    }


async def test_what_the_sums_cannot_hold_is_counted_and_said(world: World) -> None:
    await world.consume(*quarter())

    forecast = await world.forecast()

    assert forecast["unweighted_deals"] == 1
    assert forecast["deals_without_amount"] == 1
    assert forecast["undated_deals"] == 1


async def test_single_roll_up_shows_each_category_alone(world: World) -> None:
    await world.consume(*quarter())

    forecast = await world.forecast(rollup="single")

    assert euros(forecast, "commit", "best_case", "open_pipeline") == {
        "commit": "100.00",
        "best_case": "150.00",
        "open_pipeline": "200.00",
    }


async def test_every_figure_comes_with_its_definition_and_the_period(world: World) -> None:
    await world.consume(organisation())

    forecast = await world.forecast()

    assert {*FIGURES, "attainment", "gap_to_target"} <= forecast["definitions"].keys()
    assert forecast["definitions"]["attainment"]["denominator"] == "Target"
    assert forecast["period"] == {"name": "2027-Q1", "from": "2027-01-01", "to": "2027-03-31"}
    assert forecast["target"] is None
    assert forecast["attainment"] is None


async def test_an_empty_ledger_forecasts_nothing_and_names_no_last_event(world: World) -> None:
    await world.consume(organisation())

    forecast = await world.forecast()

    assert set(euros(forecast, *FIGURES).values()) == {"0.00"}
    assert forecast["last_event_at"] is None


async def test_the_last_event_is_named_after_the_first_deal(world: World) -> None:
    await world.consume(organisation(), *_opened("deal"))

    assert (await world.forecast())["last_event_at"] is not None


async def test_before_the_organisation_is_known_the_caller_is_told_to_wait(world: World) -> None:
    answer = await world.send("GET", "/v1/forecast")

    assert answer.json()["code"] == "organisation_unknown"


async def test_closing_dates_and_quarters_are_those_of_the_time_zone_and_fiscal_year(world: World) -> None:
    won = {"status": "won", "stage": "Won", "probability": "1"}
    await world.consume(
        organisation(time_zone="Europe/Kyiv", fiscal_start=4),
        *_opened("in march there", amount=eur(1), closed_at=at("2027-03-31T20:59"), **won),
        *_opened("in april there", amount=eur(10), closed_at=at("2027-03-31T21:00"), **won),
    )

    fourth, first = await world.forecast(period="2027-Q4"), await world.forecast(period="2028-Q1")

    assert fourth["period"] == {"name": "2027-Q4", "from": "2027-01-01", "to": "2027-03-31"}
    assert (fourth["closed"]["amount"], first["closed"]["amount"]) == ("1.00", "10.00")


async def test_a_span_of_days_is_a_period_too(world: World) -> None:
    await world.consume(*quarter())

    one_day = await world.get("/v1/forecast?from=2027-03-31&to=2027-03-31")

    assert euros(one_day, "closed", "commit", "open_pipeline") == {
        "closed": "50.00",
        "commit": "150.00",
        "open_pipeline": "100.00",
    }


async def test_without_a_period_the_current_quarter_is_shown(world: World) -> None:
    await world.consume(organisation())

    answer = await world.get("/v1/forecast")

    assert answer["period"]["name"] == "2027-Q1"


async def test_deals_in_another_base_currency_are_counted_and_never_added(world: World) -> None:
    await world.consume(
        organisation(currency="EUR"),
        *_opened("old", base_amount=eur(5).model_copy(update={"currency": "USD"})),
    )

    forecast = await world.forecast()

    assert forecast["deals_without_amount"] == 1
    assert forecast["open_pipeline"]["amount"] == "0.00"


async def test_an_open_deal_put_into_closed_counts_as_commit(world: World) -> None:
    await world.consume(organisation(), *_opened("eager", forecast_category="closed"))

    forecast = await world.forecast()

    assert euros(forecast, "closed", "commit") == {"closed": "0.00", "commit": "1000.00"}


def team_world() -> list[Envelope]:
    """company > (north > north-1, south); one deal of 1, 2, 4, 8 for their members, 16 for nobody."""
    return [
        organisation(),
        team("company"),
        team("north", parent="company"),
        team("north-1", parent="north"),
        team("south", parent="company"),
        member("boss", team="company"),
        member("ann", team="north"),
        member("bob", team="north-1"),
        member("cid", team="south"),
        product("Pump"),
        *_opened("d1", amount=eur(1), owner_id=named("boss"), product_id=named("Pump")),
        *_opened("d2", amount=eur(2), owner_id=named("ann"), product_id=named("Pump")),
        *_opened("d4", amount=eur(4), owner_id=named("bob")),
        *_opened("d8", amount=eur(8), owner_id=named("cid"), forecast_category="commit"),
        *_opened("d16", amount=eur(16), owner_id=None, product_id=named("never heard of")),
    ]


def pipeline_by(forecast: dict[str, Any], key: str) -> dict[str | None, str]:
    return {group[key]: group["open_pipeline"]["amount"] for group in forecast["groups"]}


async def test_groups_by_owner_hold_each_owners_deals_and_nobodys_last(world: World) -> None:
    await world.consume(*team_world())

    forecast = await world.forecast(group_by="owner")

    assert pipeline_by(forecast, "owner_id") == {
        str(named("cid")): "8.00",
        str(named("bob")): "4.00",
        str(named("ann")): "2.00",
        str(named("boss")): "1.00",
        None: "16.00",
    }
    assert [group["owner_id"] for group in forecast["groups"]][-1] is None
    assert "team_id" not in forecast["groups"][0]


async def test_groups_by_team_are_the_owners_teams_by_name(world: World) -> None:
    await world.consume(*team_world())

    forecast = await world.forecast(group_by="team")

    assert pipeline_by(forecast, "name") == {
        "south": "8.00",
        "north-1": "4.00",
        "north": "2.00",
        "company": "1.00",
        None: "16.00",
    }


async def test_below_a_team_groups_are_the_teams_right_below_with_all_they_hold_and_the_team_itself(
    world: World,
) -> None:
    await world.consume(*team_world())

    forecast = await world.forecast(group_by="team", team_id=named("company"))

    assert pipeline_by(forecast, "name") == {"south": "8.00", "north": "6.00", "company": "1.00"}
    assert forecast["open_pipeline"]["amount"] == "15.00"


async def test_groups_by_product_are_named_where_the_name_is_known(world: World) -> None:
    await world.consume(*team_world())

    forecast = await world.forecast(group_by="product")

    assert pipeline_by(forecast, "product_id") == {
        str(named("Pump")): "3.00",
        str(named("never heard of")): "16.00",
        None: "12.00",
    }
    assert {group["name"] for group in forecast["groups"]} == {"Pump", None}


async def test_groups_by_category_hold_one_category_each(world: World) -> None:
    await world.consume(*quarter())

    forecast = await world.forecast(group_by="category", rollup="single")

    assert [(group["category"], group["deals"]) for group in forecast["groups"]] == [
        ("pipeline", {"closed": 0, "commit": 0, "most_likely": 0, "best_case": 0, "open_pipeline": 3}),
        ("best_case", {"closed": 0, "commit": 0, "most_likely": 0, "best_case": 1, "open_pipeline": 0}),
        ("commit", {"closed": 0, "commit": 1, "most_likely": 0, "best_case": 0, "open_pipeline": 0}),
        ("closed", {"closed": 1, "commit": 0, "most_likely": 0, "best_case": 0, "open_pipeline": 0}),
    ]
    assert forecast["undated_deals"] == 1


@pytest.mark.parametrize("group_by", ["owner", "team", "product", "category"])
async def test_groups_add_up_to_the_whole(world: World, group_by: str) -> None:
    await world.consume(*team_world(), *quarter()[1:])

    forecast = await world.forecast(group_by=group_by)

    for figure in FIGURES:
        parts = sum(Decimal(group[figure]["amount"]) for group in forecast["groups"])
        assert parts == Decimal(forecast[figure]["amount"])


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"team_id": named("north")}, "6.00"),
        ({"owner_id": named("ann")}, "2.00"),
        ({"product_id": named("Pump")}, "3.00"),
        ({"product_id": named("Pump"), "team_id": named("north")}, "2.00"),
        ({"team_id": named("no such team")}, "0.00"),
    ],
)
async def test_filters_hold_together(world: World, filters: dict[str, Any], expected: str) -> None:
    await world.consume(*team_world())

    assert (await world.forecast(**filters))["open_pipeline"]["amount"] == expected


async def test_a_member_who_moves_takes_the_deals_to_the_new_team(world: World) -> None:
    await world.consume(*team_world(), member("ann", team="south", sequence=2))

    assert (await world.forecast(team_id=named("south")))["open_pipeline"]["amount"] == "10.00"


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        (DIRECTOR, "31.00"),
        (who("own", "ann"), "2.00"),
        (who("subtree", "boss2", teams=("north", "north-1")), "22.00"),
        (who("partner", "partner"), "0.00"),
        (who("none", "ops"), "0.00"),
    ],
)
async def test_everybody_sees_the_figures_of_the_deals_they_may_see(
    world: World, by: Any, expected: str
) -> None:
    await world.consume(*team_world())

    assert (await world.forecast(by))["open_pipeline"]["amount"] == expected


async def test_a_filter_never_widens_what_a_rep_may_see(world: World) -> None:
    await world.consume(*team_world())

    peek = await world.forecast(who("own", "ann"), owner_id=named("bob"))

    assert peek["open_pipeline"]["amount"] == "0.00"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"period": "2027-Q9"}, "period_invalid"),
        ({"as_of": "soon"}, "invalid_parameter"),
        ({"group_by": "planet"}, "invalid_parameter"),
        ({"team_id": "north"}, "invalid_parameter"),
        ({"colour": "red"}, "unknown_parameter"),
    ],
)
async def test_a_parameter_that_cannot_be_read_is_a_400(
    world: World, params: dict[str, str], code: str
) -> None:
    await world.consume(organisation())

    answer = await world.send("GET", "/v1/forecast", params=params)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_without_a_token_nothing_is_answered(world: World) -> None:
    answer = await world.client.get("/v1/forecast")

    assert answer.status_code == 401
