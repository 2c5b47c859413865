"""Pairs of records that look like one: found, shown with reasons, decided."""

from dataclasses import asdict
from typing import Any

import pytest
from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB

from services.leads.matching.domain import Likeness
from services.leads.matching.queries import candidates_query, ways_of
from services.leads.matching.repository import active_rules
from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    OTHER_REP,
    REP,
    Json,
    World,
    named,
    pushed,
)


async def pairs(world: World, **filters: Any) -> list[Json]:
    items: list[Json] = (await world.get("/v1/duplicates", **filters))["items"]
    return items


async def test_a_lead_like_an_older_one_is_marked_and_waits_in_the_queue(world: World) -> None:
    first = await world.lead(name="Dr. Ann Lee", company="Müller GmbH")
    second = await world.lead(name="Lee, Ann", company="Mueller KG")

    await world.work_off()

    (pair,) = await pairs(world)
    assert (pair["a_id"], pair["b_id"], pair["kind"], pair["status"]) == (
        first["id"], second["id"], "lead-lead", "open",
    )  # fmt: skip
    assert pair["rule"] == "Same person at the same company"
    assert [each["field"] for each in pair["reasons"]] == ["name", "company"]
    assert (await world.get(f"/v1/leads/{second['id']}"))["duplicate_of"] == first["id"]
    assert (await world.get(f"/v1/leads/{first['id']}"))["duplicate_of"] is None


async def test_creating_a_lead_stays_one_statement_that_keeps_its_key(world: World) -> None:
    async with world.statements() as asked:
        await world.lead(email="Ann@Acme.example")

    assert len(asked) == 1
    async with world.database.reading() as connection:
        row = (await connection.execute(text("SELECT * FROM match_key"))).mappings().one()
    assert (row["kind"], row["email"], row["email_domain"]) == ("lead", "ann@acme.example", "acme.example")


async def test_two_hundred_new_leads_are_compared_by_one_query(world: World) -> None:
    await world.load(
        "leads", *[{"name": f"Person {n}", "email": f"p{n % 100}@acme.example"} for n in range(200)]
    )

    async with world.statements() as asked:
        await world.work_off()

    assert len(await pairs(world, limit=200)) == 100
    assert sum("FROM match_key" in statement for statement in asked) == 1


async def test_leads_are_compared_with_contacts_and_contacts_know_their_company(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Acme Robotics Ltd"})
    contact = await world.post("/v1/contacts", {"name": "Ann Lee", "account_id": account["id"]})
    lead = await world.lead(name="Ann Lee", company="ACME Robotics")

    await world.work_off()

    (pair,) = await pairs(world, kind="lead-contact")
    assert (pair["a_id"], pair["b_id"]) == (lead["id"], contact["id"])
    assert (await world.get(f"/v1/leads/{lead['id']}"))["duplicate_of"] is None


async def test_a_renamed_account_changes_what_its_contacts_are_known_by(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech"})
    await world.post("/v1/contacts", {"name": "Ann Lee", "account_id": account["id"]})
    await world.lead(name="Ann Lee", company="ACME Robotics")
    await world.work_off()
    assert await pairs(world) == []

    await world.patch(f"/v1/accounts/{account['id']}", {"name": "Acme Robotics"}, account["version"])
    await world.work_off()

    assert [pair["kind"] for pair in await pairs(world)] == ["lead-contact"]


async def test_accounts_of_one_company_are_found_whatever_the_legal_form(world: World) -> None:
    await world.post("/v1/accounts", {"name": "Acme Robotics GmbH"})
    await world.post("/v1/accounts", {"name": "acme robotics Inc."})
    await world.post("/v1/accounts", {"name": "Acme Bakery Inc."})

    await world.work_off()

    (pair,) = await pairs(world)
    assert (pair["kind"], pair["score"]) == ("account-account", 100)


async def test_an_edit_that_makes_two_leads_alike_is_noticed(world: World) -> None:
    await world.lead(email="ann@acme.example")
    other = await world.lead()
    await world.work_off()
    assert await pairs(world) == []

    other = await world.get(f"/v1/leads/{other['id']}")
    await world.patch(f"/v1/leads/{other['id']}", {"email": "ANN@acme.example"}, other["version"])
    await world.work_off()

    assert len(await pairs(world)) == 1


async def test_a_dismissed_pair_stays_dismissed_when_it_is_found_again(world: World) -> None:
    await world.lead(email="ann@acme.example")
    await world.lead(email="ann@acme.example")
    await world.work_off()
    (pair,) = await pairs(world)

    dismissed = await world.post(f"/v1/duplicates/{pair['id']}/dismiss")
    scan = await world.post("/v1/duplicates/scan")
    await world.work_off()

    assert dismissed["status"] == "dismissed"
    assert await pairs(world, status="open") == []
    done = await world.get(f"/v1/duplicates/scans/{scan['id']}")
    assert (done["status"], done["looked_at"], done["records"]) == ("done", 2, 2)
    assert (await world.refusal("POST", f"/v1/duplicates/{pair['id']}/dismiss", {}))[:2] == (
        409, "state_conflict",
    )  # fmt: skip


async def test_a_pair_is_shown_side_by_side(world: World) -> None:
    await world.lead(name="Ann Lee", email="ann@acme.example")
    await world.lead(name="A. Lee", email="ann@acme.example")
    await world.work_off()
    (pair,) = await pairs(world)

    shown = await world.get(f"/v1/duplicates/{pair['id']}")

    assert (shown["a"]["name"], shown["b"]["name"]) == ("Ann Lee", "A. Lee")


async def test_a_pair_is_seen_by_those_who_see_both(world: World) -> None:
    mine = await world.lead(REP, email="ann@acme.example")
    await world.lead(OTHER_REP, email="ann@acme.example")
    await world.lead(REP, email="ann@acme.example")
    await world.work_off()

    assert len((await world.get("/v1/duplicates", DIRECTOR))["items"]) == 3
    (seen,) = (await world.get("/v1/duplicates", REP))["items"]
    assert len((await world.get("/v1/duplicates", MANAGER))["items"]) == 1
    assert mine["id"] == seen["a_id"]
    hidden = [each for each in await pairs(world) if each["id"] != seen["id"]]
    assert (await world.refusal("GET", f"/v1/duplicates/{hidden[0]['id']}", by=REP))[0] == 404
    assert len((await world.get(f"/v1/leads/{mine['id']}/duplicates", REP))["items"]) == 1


async def test_a_search_says_what_would_be_found_and_writes_nothing(world: World) -> None:
    lead = await world.lead(name="Ann Lee", company="Acme GmbH", phone="+4930123456")
    values = {"kind": "lead", "first_name": "Anne", "last_name": "Lee", "company": "ACME"}

    found = await world.post("/v1/duplicates/search", values)

    (item,) = found["items"]
    assert (item["id"], item["kind"], item["name"], item["score"]) == (lead["id"], "lead", "Ann Lee", 96)
    assert (await world.post("/v1/duplicates/search", {"kind": "lead", "id": lead["id"]}))["items"] == []
    assert await world.count("duplicate_candidate") == 0
    assert (await world.refusal("POST", "/v1/duplicates/search", {"kind": "lead"}))[0] == 422


async def test_a_pushed_lead_is_compared_too(world: World) -> None:
    await world.lead(name="Ann Lee", company="Acme")
    await world.push(pushed("1", name="Ann Lee", company="Acme AG"))

    await world.work_off()

    assert len(await pairs(world)) == 1


async def test_rules_are_data(world: World) -> None:
    await world.lead(name="Ann Lee", city="Köln")
    await world.lead(name="Ann Lee", city="Koln")
    rule = await world.post(
        "/v1/matching-rules",
        {
            "name": "Same name in the same town",
            "kinds": ["lead-lead"],
            "criteria": [
                {"field": "name", "comparison": "normalised"},
                {"field": "city", "comparison": "fuzzy"},
            ],
            "threshold": 90,
        },
    )

    await world.post("/v1/duplicates/scan")
    await world.work_off()

    (pair,) = await pairs(world)
    assert pair["rule_id"] == rule["id"]
    off = await world.patch(f"/v1/matching-rules/{rule['id']}", {"active": False}, rule["version"])
    assert off["active"] is False
    assert len((await world.get("/v1/matching-rules"))["items"]) == 6
    gone = await world.send("DELETE", f"/v1/matching-rules/{rule['id']}")
    assert gone.status_code == 204
    assert (await world.refusal("GET", f"/v1/matching-rules/{rule['id']}"))[0] == 404


async def test_a_rule_without_an_index_and_a_taken_name_are_refused(world: World) -> None:
    loose = {"name": "x", "kinds": ["lead-lead"], "threshold": 90}
    by_city = {**loose, "criteria": [{"field": "city", "comparison": "fuzzy"}]}
    taken = {**loose, "name": "same e-mail", "criteria": [{"field": "email", "comparison": "exact"}]}

    assert await world.refusal("POST", "/v1/matching-rules", by_city) == (
        422, "validation_failed", [("/criteria", "not_decisive")],
    )  # fmt: skip
    assert (await world.refusal("POST", "/v1/matching-rules", taken))[:2] == (409, "name_taken")


async def test_records_made_before_there_were_keys_get_them(world: World) -> None:
    await world.lead(email="ann@acme.example")
    await world.post("/v1/contacts", {"name": "Ann Lee"})
    async with world.database.transaction() as connection:
        await connection.execute(text("DELETE FROM match_key"))
        await connection.execute(
            text(
                "INSERT INTO agenda_entry (kind, subject_id, due_at, payload, attempts)"
                " VALUES ('matching.fill', gen_random_uuid(), :now, '{}', 0)"
            ).bindparams(now=world.now)
        )

    await world.work_off()

    assert await world.count("match_key") == 2


@pytest.fixture
async def crowded(world: World) -> World:
    """Twenty thousand keys."""
    await fill(world, 20_000)
    return world


async def fill(world: World, count: int) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text(SEED), {"count": count})
    async with world.database.reading() as connection:
        await connection.execute(text("VACUUM ANALYZE match_key"))


# As somebody has it, and as somebody else writes it: name and company.
SPELLINGS = (
    (("Thomas Müller", "Siemens AG"), ("Mueller, Thomas", "Siemens A.G.")),
    (("Thomas Müller", "Siemens AG"), ("Thomas Muller", "SIEMENS")),
    (("Ann Lee", "Acme Robotics Ltd"), ("Anne Lee", "ACME Robotics GmbH")),
    (("Ann Lee", "Acme Robotics Ltd"), ("Lee, Ann", "Acme Robotics, Inc.")),
    (("Ann Lee", "Acme Robotics Ltd"), ("Dr. Ann Lea", "Acme Robotics")),
    (("Ann Lee", "Acme Robotics Ltd"), ("Ann Lae", "Acme Robotics")),
    (("Ann Lee", "Acme Robotics Ltd"), ("Ann Lee", "Acme Robotik")),
    (("Christopher Rivera", "Nikiti Inter Systems"), ("Christopher Rievra", "Nikith Inter Systems")),
    (("Christopher Rivera", "Nikiti Inter Systems"), ("Rivera Chrisopher", "Nikiti Inter System")),
    (("Jörg Weber", "Weber Maschinenbau GmbH & Co. KG"), ("Joerg Webber", "Weber Maschinenbau KG")),
    (("Jörg Weber", "Weber Maschinenbau GmbH & Co. KG"), ("Jörg Webr", "Weber-Maschinenbau")),
    (("Anna Maria Schmidt", "Deutsche Post"), ("Schmidt, Anna-Maria", "Deutsche Post AG")),
    (("Anna Maria Schmidt", "Deutsche Post"), ("Annamaria Schmidt", "Deutsche Post")),
    (("Anna Maria Schmidt", "Deutsche Post"), ("Anna Maria Schmitd", "Deutche Post")),
    (("Lars van der Berg", "Micro Soft"), ("Lars Berg", "Microsoft Corporation")),
    (("Lars van der Berg", "Micro Soft"), ("Lasr Berg", "Micro Soft")),
    (("Xu Ming", "Huawei"), ("Wu Ming", "Huawei")),
    (("Li Mowa", "Travel Group"), ("I Mowa", "Travel Group")),
    (("Agnieszka Wiśniewska", "Łódź Logistyka Sp. z o.o."), ("Agneiszka Wisniewska", "Lodz Logistyka")),
    (("Michelle O'Brien", "Northern Lights Energy"), ("Michele OBrien", "Northern Light Energy")),
    (("Lisa Hofmann", "Bosch"), ("Lsia Hofmann", "Bosch")),
    (("Lisa Hofmann", "Bosch"), ("Lisa Hoffmann", "Bsoch")),
    (("Ben Roth", "Linde plc"), ("Ben Rot", "Linde")),
    (("Madonna", "Warner Music"), ("Madona", "Warner Music")),
    (("Beyoncé", "Parkwood"), ("Beyonze", "Parkwood")),
)


async def test_who_is_written_otherwise_is_found_among_many(crowded: World) -> None:
    known = sorted({as_known for as_known, _ in SPELLINGS})
    await crowded.load("leads", *[{"name": name, "company": company} for name, company in known])

    missed = []
    for (name, _), (written, company) in SPELLINGS:
        other = {"kind": "lead", "name": written, "company": company}
        found = await crowded.post("/v1/duplicates/search", other)
        if name not in [item["name"] for item in found["items"]]:
            missed.append(written)

    assert missed == []


async def test_however_many_share_a_name_and_a_number_few_are_read(crowded: World) -> None:
    async with crowded.database.transaction() as connection:
        await connection.execute(
            text(
                "UPDATE match_key SET name = 'erika mustermann', company = 'muster solutions',"
                " phone = '+4930' WHERE kind = 'lead'"
            )
        )
    lead = await crowded.lead(name="Erika Mustermann", company="Globex", phone="+49301")
    async with crowded.database.reading() as connection:
        await connection.execute(text("VACUUM ANALYZE match_key"))
        rules = await active_rules(connection)
        explained = text(f"EXPLAIN (ANALYZE, FORMAT JSON) {candidates_query(ways_of(rules))}")
        asked = {**asked_about("lead"), "name": "erika mustermann", "company": "globex", "phone": "+4930"}
        plan = await connection.scalar(explained.bindparams(bindparam("asked", [asked], JSONB())))

    assert max(rows_read(plan[0]["Plan"])) < 5000
    found = await crowded.post(
        "/v1/duplicates/search", {"kind": "lead", "name": "Erika Mustermann", "company": "Globex"}
    )
    assert [item["id"] for item in found["items"]] == [lead["id"]]


def rows_read(plan: Json) -> list[float]:
    """How many rows each scan of the keys gave."""
    below = [rows for each in plan.get("Plans", ()) for rows in rows_read(each)]
    return (
        [*below, plan["Actual Rows"] * plan["Actual Loops"]]
        if plan.get("Relation Name") == "match_key"
        else below
    )


SEED = """
INSERT INTO match_key (record_id, kind, email, email_domain, phone, company, name, city, country, active)
SELECT gen_random_uuid(), (ARRAY['lead', 'lead', 'lead', 'contact', 'account'])[1 + n % 5],
    'p' || n || '@c' || n % 5000 || '.example', 'c' || n % 5000 || '.example', '+49' || 30000000 + n,
    'company ' || substr(md5((n % 5000)::text), 1, 8), CASE WHEN n % 5 < 4 THEN
    substr(md5((n % 997)::text), 1, 6) || ' ' || substr(md5(n::text), 1, 8) END,
    'town ' || n % 100, 'DE', true
FROM generate_series(1, CAST(:count AS integer)) n
"""


async def test_candidates_are_found_by_index_only(crowded: World) -> None:
    lines = await plan_of_a_search(crowded)

    assert "Seq Scan on match_key" not in "\n".join(lines), lines
    assert any("ix_match_key_blocks" in line for line in lines)


async def test_blocks_are_looked_up_by_index_also_while_there_are_few_keys(world: World) -> None:
    """The plan made then stays when there are many."""
    await fill(world, 40)

    lines = await plan_of_a_search(world)

    assert not [line for line in lines if "Filter: " in line and "match_blocks(" in line]


async def plan_of_a_search(world: World) -> list[str]:
    async with world.database.reading() as connection:
        rules = await active_rules(connection)
        query = candidates_query(ways_of(rules))
        explained = text(f"EXPLAIN {query}").bindparams(bindparam("asked", type_=JSONB()))
        return list(await connection.scalars(explained, {"asked": [asked_about("lead")]}))


def asked_about(kind: str) -> Json:
    asked = Likeness(
        kind=kind,  # type: ignore[arg-type]
        record_id=named("asked"),
        email="p17@c17.example",
        phone="+4930000018",
        company="company 70efdf2e",
        name="37693c 70efdf2e",
    )
    return {**asdict(asked), "record_id": str(asked.record_id)}
