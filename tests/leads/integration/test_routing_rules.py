"""The organisation says by rules who gets which lead; rules never lose one."""

from datetime import timedelta
from typing import Any

import pytest

from tests.leads.integration.test_routing import latest, routed
from tests.leads.integration.test_sellers import away, described
from tests.leads.integration.test_working_hours import AFTERNOON, hear
from tests.leads.integration.world import (
    ANY,
    DIRECTOR,
    NOW,
    OTHER_REP,
    PARTNER,
    REP,
    Json,
    World,
    leaves,
    member,
    named,
    pushed,
)

FINNISH = {"kind": "language", "name": "fi", "level": 3}
BY_SKILLS = {"type": "skills", "required": ["language"], "min_level": 2}


async def rule(world: World, action: Json, **fields: Any) -> Json:
    """A new rule."""
    return await world.post("/v1/routing-rules", {"name": f"to {action['type']}", "action": action, **fields})


def results(trace: Json) -> list[str]:
    return [each["result"] for each in trace["rules"]]


async def test_the_first_rule_whose_condition_holds_decides(world: World) -> None:
    await rule(world, {"type": "members", "member_ids": [DIRECTOR.sub]}, condition="lead.country == 'FI'")
    await rule(world, {"type": "members", "member_ids": [OTHER_REP.sub]}, condition="lead.employees > 100")

    key = await routed(world, country="FI", employees=500)
    large = await routed(world, country="DE", employees=500)
    other = await routed(world, country="DE")

    assert key["owner_id"] == DIRECTOR.sub
    assert large["owner_id"] == OTHER_REP.sub
    assert results(await latest(world, large)) == ["not_matching", "chosen"]
    assert results(await latest(world, other)) == ["not_matching", "not_matching", "chosen"]
    assert key["assignment"]["reason"].startswith("rule 'to members': ")


async def test_rules_are_asked_in_the_order_they_are_put_into(world: World) -> None:
    first = await rule(world, {"type": "members", "member_ids": [REP.sub]})
    second = await rule(world, {"type": "members", "member_ids": [OTHER_REP.sub]})

    answer = await world.send("PUT", "/v1/routing-rules/order", json={"ids": [second["id"], first["id"]]})

    assert [each["id"] for each in answer.json()["items"]] == [second["id"], first["id"]]
    assert (await routed(world))["owner_id"] == OTHER_REP.sub
    half = await world.refusal("PUT", "/v1/routing-rules/order", {"ids": [first["id"]]})
    assert half[2] == [("/ids", "incomplete")]


async def test_a_rule_that_is_put_away_is_asked_no_more(world: World) -> None:
    made = await rule(world, {"type": "exclude", "reason": "closed"})

    gone = await world.send("DELETE", f"/v1/routing-rules/{made['id']}", headers=ANY)

    assert gone.status_code == 204
    assert (await world.get("/v1/routing-rules"))["items"] == []
    assert (await world.refusal("GET", f"/v1/routing-rules/{made['id']}"))[:2] == (
        404,
        "routing_rule_not_found",
    )
    assert (await routed(world))["owner_id"] is not None


async def test_an_edited_rule_is_checked_like_a_new_one(world: World) -> None:
    made = await rule(world, {"type": "account_owner"})

    edited = await world.patch(f"/v1/routing-rules/{made['id']}", {"group": "regulars"}, 1)
    assert (edited["group"], edited["action"], edited["version"]) == (
        "regulars",
        {"type": "account_owner"},
        2,
    )

    refusal = await world.refusal(
        "PATCH", f"/v1/routing-rules/{made['id']}", {"condition": "lead.country =="}, version=2
    )
    assert refusal[:2] == (422, "expression_invalid")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"condition": "lead.country = 'FI'"}, "/condition"),
        ({"condition": "1 + 1"}, "/condition"),
        ({"action": {"type": "members", "member_ids": [str(named("nobody"))]}}, "/action/member_ids"),
        ({"action": {"type": "queue", "queue_id": str(named("nowhere"))}}, "/action/queue_id"),
        ({"action": {"type": "team", "team_id": str(named("no team"))}}, "/action/team_id"),
    ],
)
async def test_a_rule_that_cannot_work_is_refused_when_it_is_saved(
    world: World, body: Json, pointer: str
) -> None:
    given = {"name": "broken", "action": {"type": "account_owner"}, **body}

    status, _, errors = await world.refusal("POST", "/v1/routing-rules", given)

    assert (status, errors[0][0]) == (422, pointer)


async def test_a_rule_that_fails_while_it_runs_is_noted_and_the_lead_goes_on(world: World) -> None:
    await rule(world, {"type": "exclude", "reason": "no"}, condition="lead.attributes['size'] > 3")

    lead = await routed(world, attributes={"size": "many"})

    trace = await latest(world, lead)
    assert lead["owner_id"] is not None
    assert results(trace) == ["failed", "chosen"]
    assert trace["rules"][0]["why"]


async def test_an_excluded_lead_is_given_to_nobody_and_says_why(world: World) -> None:
    made = await rule(
        world, {"type": "exclude", "reason": "a competitor"}, condition="lead.company == 'Initech'"
    )

    lead = await routed(world, company="Initech")

    trace = await latest(world, lead)
    assert (lead["owner_id"], lead["queue_id"]) == (None, None)
    assert (trace["outcome"], trace["rule_id"]) == ("excluded", made["id"])
    assert trace["reason"] == "rule 'to exclude': a competitor"


async def test_the_rep_whose_skills_fit_best_gets_the_lead(world: World) -> None:
    await described(world, REP, skills=[FINNISH, {"kind": "product", "name": "CRM", "level": 5}])
    await described(world, OTHER_REP, skills=[{**FINNISH, "level": 4}])
    await rule(world, BY_SKILLS)

    finnish = await routed(world, language="fi", product_interest="crm")
    swedish = await routed(world, language="sv", product_interest="crm")

    trace = await latest(world, finnish)
    assert finnish["owner_id"] == REP.sub
    assert trace["skill_score"] == 0.8
    assert finnish["assignment"]["reason"].endswith("(product crm 5, language fi 3)")
    whys = [each["why"] for each in (await latest(world, swedish))["rules"][0]["candidates"]]
    assert whys == ["skill language sv missing"] * 2


async def test_a_rep_who_prefers_such_leads_comes_first_among_equals(world: World) -> None:
    last = max(REP.sub, OTHER_REP.sub)
    await described(world, REP if last == REP.sub else OTHER_REP, preferred="lead.country == 'FI'")

    assert (await routed(world, country="FI"))["owner_id"] == last
    assert (await routed(world, country="FI"))["owner_id"] == last


async def test_who_is_absent_full_or_not_accepting_is_passed_over_with_the_reason(world: World) -> None:
    await world.consume(member("third rep", "rep", "south"), member("fourth rep", "rep", "south"))
    await away(world, REP, hours=1)
    await described(world, OTHER_REP, accepts_leads=False)
    third = await world.lead(owner_id=str(named("third rep")))
    answer = await world.send("PUT", f"/v1/sellers/{named('third rep')}", json={"capacity": 1}, headers=ANY)
    assert answer.json()["open_leads"] == 1

    lead = await routed(world)

    (tried,) = (await latest(world, lead))["rules"]
    whys = {each["result"]: each.get("why") for each in tried["candidates"]}
    assert lead["owner_id"] == str(named("fourth rep"))
    assert whys == {
        "chosen": None,
        "absent": "absent until 2027-03-01T10:00Z",
        "not_accepting": "takes no leads at present",
        "at_capacity": "at capacity 1/1 open leads",
    }
    await world.post(f"/v1/leads/{third['id']}/disqualify", {"reason": "gone"})
    assert (await routed(world))["owner_id"] == str(named("third rep"))


async def test_a_daily_limit_counts_leads_given_by_hand_and_ends_at_midnight_of_the_seller(
    world: World,
) -> None:
    await world.consume(leaves("other rep", "rep"))
    await described(world, daily_limit=2, time_zone="Asia/Tokyo")
    by_hand = await world.lead()
    await world.post(f"/v1/leads/{by_hand['id']}/assign", {"owner_id": REP.sub})

    first, second = await routed(world), await routed(world)
    assert (first["owner_id"], second["owner_id"]) == (REP.sub, None)
    assert (await latest(world, second))["rules"][0]["counts"] == {"daily_limit": 1}

    world.now = NOW + timedelta(hours=6)
    assert (await routed(world))["owner_id"] == REP.sub


async def test_a_rule_may_ask_for_working_hours(world: World) -> None:
    night = [{"weekday": 1, "from": "20:00", "to": "23:00"}]
    await described(world, REP, working_hours=night)
    team = {"type": "team", "team_id": str(named("north"))}
    await rule(world, team, working_hours="required", fallthrough=False)

    lead = await routed(world)

    assert (lead["owner_id"], lead["queue_reason"]) == (None, "rule 'to team' found nobody eligible")
    world.now = NOW + timedelta(hours=11)
    assert (await routed(world))["owner_id"] == REP.sub


async def test_the_owner_of_the_companys_account_gets_the_lead(world: World) -> None:
    await rule(world, {"type": "account_owner"})
    await world.post("/v1/accounts", {"name": "Initech GmbH", "owner_id": DIRECTOR.sub})

    lead = await routed(world, company="initech  gmbh")

    assert lead["owner_id"] == DIRECTOR.sub
    said = "rule 'to account_owner': owner of the account, by the company's name"
    assert lead["assignment"]["reason"] == said


@pytest.mark.parametrize(
    ("email", "known"),
    [("ann@Initech.example", True), ("ann@free.fr", False), ("ann@elsewhere.example", False)],
)
async def test_the_account_is_known_by_the_domain_of_the_e_mail(
    world: World, email: str, known: bool
) -> None:
    await rule(world, {"type": "account_owner"})
    for website in ("https://www.initech.example/de", "https://free.fr/initech"):
        await world.post(
            "/v1/accounts", {"name": f"Initech {website}", "website": website, "owner_id": DIRECTOR.sub}
        )

    lead = await routed(world, company="Initech Holding", email=email)

    assert (lead["owner_id"] == DIRECTOR.sub) is known
    said = "rule 'to account_owner': owner of the account, by the e-mail domain initech.example"
    assert (lead["assignment"]["reason"] == said) is known


async def test_the_account_is_known_by_the_domain_of_its_contacts(world: World) -> None:
    await rule(world, {"type": "account_owner"})
    account = await world.post("/v1/accounts", {"name": "Initech", "owner_id": DIRECTOR.sub})
    await world.post(
        "/v1/contacts", {"name": "Bob", "email": "bob@initech.example", "account_id": account["id"]}
    )

    lead = await routed(world, email="ann@initech.example")

    assert lead["owner_id"] == DIRECTOR.sub


async def test_nobody_is_at_work_on_a_closed_day_of_the_organisation(world: World) -> None:
    await described(world, REP, working_hours=[{"weekday": 1, "from": "08:00", "to": "18:00"}])
    await hear(world, 2, closed_days=(NOW.date(),))
    team = {"type": "team", "team_id": str(named("north"))}
    await rule(world, team, working_hours="required", fallthrough=False)

    lead = await routed(world)

    (asked, *_) = (await latest(world, lead))["rules"]
    assert (asked["result"], asked["counts"]) == ("nobody_eligible", {"closed_day": 1})
    assert asked["candidates"][0]["why"] == "a closed day of the organisation"
    seller = await world.get(f"/v1/sellers/{REP.sub}")
    assert (seller["at_work"], seller["closed_today"]) == (False, True)
    world.now = NOW + timedelta(weeks=1)
    assert (await routed(world))["owner_id"] == REP.sub


async def test_a_seller_without_own_hours_keeps_those_of_the_organisation(world: World) -> None:
    await hear(world, 2, working_hours=AFTERNOON)

    assert (await world.get(f"/v1/sellers/{REP.sub}"))["at_work"] is False
    world.now = NOW + timedelta(hours=3)
    assert (await world.get(f"/v1/sellers/{REP.sub}"))["at_work"] is True


async def test_a_partners_leads_go_to_the_rep_who_takes_care_of_it(world: World) -> None:
    care = [{"partner_id": PARTNER.sub, "member_id": OTHER_REP.sub}]
    await rule(world, {"type": "partner_rep", "partners": care})
    receipts = [await world.push(pushed(f"a-{number}")) for number in range(3)]

    await world.work_off()

    owners = {(await world.get(f"/v1/leads/{each['id']}"))["owner_id"] for each in receipts}
    assert owners == {OTHER_REP.sub}


async def test_a_dry_run_tells_what_the_rules_would_do_at_another_time(world: World) -> None:
    await described(world, REP, working_hours=[{"weekday": 2, "from": "09:00", "to": "17:00"}])
    await described(world, OTHER_REP, accepts_leads=False)
    made = await rule(
        world, {"type": "team", "team_id": str(named("north"))}, working_hours="required", fallthrough=False
    )

    body = {"lead": {"name": "Ann"}}
    monday = await world.post("/v1/routing/simulate", body)
    tuesday = await world.post("/v1/routing/simulate", {**body, "at": "2027-03-02T09:00:00Z"})

    assert (monday["outcome"], tuesday["outcome"]) == ("queued", "assigned")
    assert (tuesday["member_id"], tuesday["rule_id"]) == (REP.sub, made["id"])
