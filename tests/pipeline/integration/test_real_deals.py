"""7,635 deals of a real seller, loaded through the API with their own dates, outcomes and history."""

import csv
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from statistics import fmean, median
from typing import Any

import pytest
from sqlalchemy import text

from shared.contracts.events.gateway_member import MemberJoined
from tests.pipeline.integration.world import NOW, Json, World, euros, named, told

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("DEALSTREAM_DATA") or ROOT.parent / "shared" / "data") / "crm-sales-opportunities"
NEEDS_DATA = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the CRM data set is not at {DATA}; set DEALSTREAM_DATA to its parent"
)
STAGES = {
    "name": "Hardware",
    "stages": [
        {"name": "Prospecting", "probability": "0.10"},
        {"name": "Engaging", "probability": "0.50", "forecast_category": "best_case"},
    ],
}


def rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def an_item(row: dict[str, str], pipeline_id: str, products: dict[str, str]) -> Json:
    stage = "Prospecting" if row["deal_stage"] == "Prospecting" else "Engaging"
    item: dict[str, Any] = {
        "name": f"{row['account'] or 'No account'}: {row['product']}",
        "source_system": "crm",
        "external_id": row["opportunity_id"],
        "pipeline_id": pipeline_id,
        "stage": stage,
        "owner_id": str(named(row["sales_agent"])),
        "account_id": str(named(row["account"])) if row["account"] else None,
        "product_id": products[row["product"].replace("GTXPro", "GTX Pro")],
        "amount": euros(row["close_value"]) if row["close_value"] else None,
    }
    if row["engage_date"]:
        item["created_at"] = row["engage_date"]
        item["stage_history"] = [{"stage": stage, "entered_at": row["engage_date"]}]
    if row["deal_stage"] in ("Won", "Lost"):
        item |= {"outcome": row["deal_stage"].lower(), "closed_at": row["close_date"]}
    return item


async def prepared(world: World) -> list[Json]:
    """The items, after what they refer to is known."""
    reps = {row["sales_agent"] for row in rows("sales_teams.csv")}
    await world.consume(
        *(told(MemberJoined(member_id=named(rep), role="rep", created_at=NOW), named(rep)) for rep in reps)
    )
    await world.know(row["account"] for row in rows("accounts.csv"))
    catalogue: list[Json] = [
        {"name": row["product"], "list_price": euros(row["sales_price"])} for row in rows("products.csv")
    ]
    made = await world.post("/v1/products/batch", {"items": catalogue})
    products = {item["name"]: each["id"] for item, each in zip(catalogue, made["items"], strict=True)}
    pipeline = await world.post("/v1/pipelines", STAGES)
    return [an_item(row, pipeline["id"], products) for row in rows("sales_pipeline.csv")]


async def load(world: World, items: list[Json]) -> Counter[str]:
    statuses: Counter[str] = Counter()
    for start in range(0, len(items), 1000):
        answer = await world.post("/v1/deals/batch", {"items": items[start : start + 1000]})
        statuses.update(each["status"] for each in answer["items"])
    return statuses


@NEEDS_DATA
async def test_all_deals_of_a_real_seller_are_loaded_and_loading_again_changes_nothing(world: World) -> None:
    items = await prepared(world)

    first, again = await load(world, items), await load(world, items)

    assert (first, again) == ({"created": len(items)}, {"unchanged": len(items)})
    in_file = Counter(row["deal_stage"] for row in rows("sales_pipeline.csv"))
    for status in ("won", "lost"):
        page = await world.get("/v1/deals", status=status, limit=1, total="exact")
        assert page["total"] == in_file[status.title()]
    assert len(await world.events()) == len(items) + len(rows("products.csv"))


@NEEDS_DATA
async def test_what_was_won_adds_up_to_the_cent_and_histories_to_the_age(world: World) -> None:
    items = await prepared(world)
    await load(world, items)

    summary = await world.get("/v1/pipeline/summary")
    won = sum(Decimal(row["close_value"]) for row in rows("sales_pipeline.csv") if row["deal_stage"] == "Won")
    gaps = text(
        """
        SELECT count(*) FROM deal WHERE status <> 'open' AND closed_at - created_at <>
            (SELECT sum(left_at - entered_at) FROM deal_passage WHERE deal_id = deal.id)
        """
    )
    async with world.database.reading() as connection:
        assert await connection.scalar(gaps) == 0
    assert summary["totals"]["won_amount"] == euros(f"{won:.2f}")
    assert summary["totals"]["open_deals"] == sum(
        row["deal_stage"] in ("Prospecting", "Engaging") for row in rows("sales_pipeline.csv")
    )


@NEEDS_DATA
async def test_the_funnel_is_what_the_file_says(world: World) -> None:
    items = await prepared(world)
    await load(world, items)
    asked: Json = {"pipeline_id": items[0]["pipeline_id"], "from": "2016-01-01", "to": "2027-12-31"}

    funnel = await world.get("/v1/funnel", **asked, group_by="product")

    deals = rows("sales_pipeline.csv")
    count = Counter(row["deal_stage"] for row in deals)
    engaged = [row for row in deals if row["deal_stage"] != "Prospecting"]
    ended = [row for row in engaged if row["close_date"]]
    days = [
        (date.fromisoformat(row["close_date"]) - date.fromisoformat(row["engage_date"])).days for row in ended
    ]
    prospecting, engaging = funnel["stages"]
    assert (prospecting["entered"], engaging["entered"]) == (len(deals), len(engaged))
    assert (prospecting["still_there"], engaging["still_there"]) == (count["Prospecting"], count["Engaging"])
    assert (prospecting["lost"], engaging["lost"]) == (0, count["Lost"])
    assert (prospecting["jumped_over"], engaging["entered_next"]) == (len(engaged), count["Won"])
    assert prospecting["conversion"] == round(len(engaged) / len(deals), 4)
    assert engaging["conversion"] == round(count["Won"] / len(engaged), 4)
    assert engaging["stays"] == len(ended)
    # Days begin at local midnight, so a stay over a change of the clock is an hour longer or shorter.
    assert abs(engaging["days_mean"] - fmean(days)) < 0.05
    assert abs(engaging["days_median"] - median(days)) < 0.05
    worth = sum(Decimal(row["close_value"] or 0) for row in engaged)
    assert engaging["value"] == euros(f"{worth:.2f}")
    by_product = Counter(row["product"] for row in deals)
    assert sorted(group["totals"]["deals"] for group in funnel["groups"]) == sorted(by_product.values())
