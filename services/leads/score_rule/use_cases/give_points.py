"""Leads get the points the rules give them: while they are looked at, and for whoever asks why."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.recall_activities import activities_of_leads
from services.leads.expression.lead_facts import lead_facts
from services.leads.lead.case import Case
from services.leads.lead.domain import Lead
from services.leads.score_rule.domain import Event, Given, Part, ScoreRule, all_given, total
from services.leads.score_rule.repository import active_rules
from services.leads.touch.use_cases.keep_touches import touch_times

PARTS: tuple[Part, ...] = ("fit", "engagement")


async def give_points(connection: AsyncConnection, cases: Sequence[Case], now: datetime) -> None:
    """A step of triage and of every later look: three queries for all of them."""
    rules = await active_rules(connection)
    events = await _events(connection, rules, [case.lead.id for case in cases])
    for case in cases:
        given = all_given(rules, lead_facts(case.lead, now), events.get(case.lead.id, ()), now)
        case.add(case.lead.rescore(_fields(rules, given), now=now))


async def explain_points(connection: AsyncConnection, lead: Lead, now: datetime) -> dict[str, Any]:
    """Both parts as they are at this moment, with what each rule gives."""
    rules = await active_rules(connection)
    events = await _events(connection, rules, [lead.id])
    given = all_given(rules, lead_facts(lead, now), events.get(lead.id, ()), now)
    points = _fields(rules, given)
    return {part: {"points": points[f"{part}_points"], "rules": _shown(given, part)} for part in PARTS}


def _fields(rules: Sequence[ScoreRule], given: Sequence[Given]) -> dict[str, int | None]:
    """The points of a lead; null for a part without any rule."""
    asked = {rule.part for rule in rules}
    return {f"{part}_points": total(given, part) if part in asked else None for part in PARTS}


def _shown(given: Sequence[Given], part: Part) -> list[dict[str, Any]]:
    return [
        {
            "rule_id": each.rule.id,
            "name": each.rule.name,
            "group": each.rule.group,
            "points": round(each.points, 2),
            "events": each.events,
            "failure": each.failure,
        }
        for each in sorted(given, key=lambda one: -abs(one.points))
        if each.rule.part == part and (each.points or each.failure)
    ]


async def _events(
    connection: AsyncConnection, rules: Sequence[ScoreRule], lead_ids: Collection[UUID]
) -> Mapping[UUID, Sequence[Event]]:
    """What happened with each lead, as far as rules count it; no query when none counts anything."""
    kinds = {kind for rule in rules for kind in rule.events}
    found: dict[UUID, list[Event]] = defaultdict(list)
    if kinds:
        for lead_id, kind, at in (
            *await activities_of_leads(connection, lead_ids, kinds),
            *await touch_times(connection, lead_ids, kinds),
        ):
            found[lead_id].append(Event(kind, at))
    return found


async def points_fade(connection: AsyncConnection) -> bool:
    """Whether points change by the mere passing of time."""
    return any(
        rule.half_life_days or rule.within_days for rule in await active_rules(connection) if rule.events
    )
