"""Rules are checked when they are saved: the condition as an expression, and that whom they name is there."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.expression.domain import compile_expression
from services.leads.member.use_cases.check_owners import unknown_members
from services.leads.queue.use_cases.find_queues import queue_known
from services.leads.record.domain import Change, Draft, edited
from services.leads.record.use_cases.keep_settings import Settings
from services.leads.routing_rule.domain import RoutingRule, RuleError
from services.leads.routing_rule.repository import RULES, all_rules, next_position, team_known
from services.leads.tables import SOURCE
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context

KEPT = Settings(RULES, "routing_rule")
_THERE = RULES.table.c.archived_at.is_(None)


async def find_rule(connection: AsyncConnection, rule_id: UUID) -> RoutingRule:
    """The rule. Refuses with `routing_rule_not_found`, also when it was put away."""
    return await KEPT.find(connection, rule_id, _THERE)


async def add_rule(
    connection: AsyncConnection, identity: Identity, values: Mapping[str, Any], *, now: datetime
) -> RoutingRule:
    """The new rule."""
    await _check(connection, identity, values)
    position = values["position"]
    if position is None:
        position = await next_position(connection)
    given = {**values, "position": position}
    return await KEPT.add(connection, RoutingRule(new_id(), now, now, **given), now=now)


async def edit_rule(
    connection: AsyncConnection,
    identity: Identity,
    rule_id: UUID,
    values: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> RoutingRule:
    """The rule with these values."""
    await _check(connection, identity, values)

    def decide(rule: RoutingRule) -> Change[RoutingRule] | None:
        return edited(rule, values, now=now)

    return await KEPT.change(connection, rule_id, decide, seen_version=seen_version, within=_THERE)


async def reorder_rules(
    connection: AsyncConnection, ids: Sequence[UUID], *, now: datetime
) -> list[RoutingRule]:
    """All rules, asked in this order from now on. Refuses when an id is missing or unknown."""
    rules = {rule.id: rule for rule in await all_rules(connection)}
    if sorted(rules) != sorted(ids):
        detail = "Name every rule once: some are missing, unknown or named twice."
        raise RuleError("validation_failed", detail, [FieldError("/ids", "incomplete", detail)])
    drafts = [
        Draft(rules[rule_id], (change,))
        for place, rule_id in enumerate(ids, 1)
        if (change := edited(rules[rule_id], {"position": place * 10}, now=now)) is not None
    ]
    if drafts and len(await RULES.save(connection, drafts, event_context(SOURCE))) < len(drafts):
        raise RuleError("version_conflict", "A rule was changed meanwhile; read them again.")
    return await all_rules(connection)


async def _check(connection: AsyncConnection, identity: Identity, values: Mapping[str, Any]) -> None:
    if values.get("condition") is not None:
        compile_expression(values["condition"], pointer="/condition", wanted="condition")
    action = values.get("action", {})
    missing = await _missing(connection, identity, action)
    if missing is not None:
        detail = "The action names somebody or something that is not there."
        raise RuleError(
            "reference_unknown", detail, [FieldError(f"/action/{missing}", "reference_unknown", detail)]
        )


async def _missing(connection: AsyncConnection, identity: Identity, action: Mapping[str, Any]) -> str | None:
    members = [*action.get("member_ids", ()), *(each["member_id"] for each in action.get("partners", ()))]
    if members and await unknown_members(connection, identity, [UUID(each) for each in members]):
        return "member_ids" if "member_ids" in action else "partners"
    if "team_id" in action and not await team_known(connection, UUID(action["team_id"])):
        return "team_id"
    if "queue_id" in action and not await queue_known(connection, UUID(action["queue_id"])):
        return "queue_id"
    return None
