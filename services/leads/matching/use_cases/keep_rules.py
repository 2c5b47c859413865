"""Directors say when two records are one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching import repository
from services.leads.matching.domain import MatchingError, Rule
from services.leads.matching.schemas import RuleCreate, RulePatch
from services.leads.setting_history.use_cases.keep_history import note_step
from shared.contracts.errors import FieldError
from shared.contracts.ids import new_id
from shared.web.merge import check_or_merge

_TOLD = ("name", "kinds", "criteria", "threshold", "active")


async def create_rule(connection: AsyncConnection, body: RuleCreate, *, now: datetime) -> Rule:
    """The new rule. Refuses `name_taken`, and with `validation_failed` what cannot be looked up."""
    rule = Rule(id=new_id(), created_at=now, updated_at=now, **body.values())
    rule.check()
    if not await repository.add_rule(connection, rule):
        raise _name_taken()
    await _note(connection, None, rule, now)
    return rule


async def load_rule(connection: AsyncConnection, rule_id: UUID, *, lock: bool = False) -> Rule:
    """The rule. Refuses with `matching_rule_not_found`."""
    rule = await repository.find_rule(connection, rule_id, lock=lock)
    if rule is None:
        raise MatchingError("matching_rule_not_found", "There is no such rule.")
    return rule


async def edit_rule(
    connection: AsyncConnection, rule_id: UUID, body: RulePatch, *, seen_version: int, now: datetime
) -> Rule:
    """The rule with the patch merged in. Needs a transaction."""
    rule = await load_rule(connection, rule_id, lock=True)
    values = body.values()
    current: Mapping[str, Any] = {name: getattr(rule, name) for name in values}
    wanted = check_or_merge(
        values,
        current=current,
        version=rule.version,
        field_versions=rule.field_versions,
        seen_version=seen_version,
    )
    after = rule.edit(wanted, now=now)
    if after is rule:
        return rule
    if not await repository.save_rule(connection, after):
        raise _name_taken()
    await _note(connection, rule, after, now)
    return after


async def delete_rule(connection: AsyncConnection, rule_id: UUID, *, now: datetime) -> None:
    """The rule is gone. What it found before stays found, and so does its history. Needs a transaction."""
    rule = await load_rule(connection, rule_id, lock=True)
    await repository.remove_rule(connection, rule_id)
    await _note(connection, rule, None, now)


async def _note(connection: AsyncConnection, before: Rule | None, after: Rule | None, now: datetime) -> None:
    """The step from one to the other, for the history; None is no rule."""
    rule = after or before
    if rule is None:
        return
    fields = {name: (_told(before, name), _told(after, name)) for name in _TOLD}
    await note_step(
        connection,
        "matching_rule",
        rule.id,
        version=rule.version,
        what="created" if before is None else "removed" if after is None else "changed",
        changes={name: pair for name, pair in fields.items() if pair[0] != pair[1]},
        now=now,
    )


def _told(rule: Rule | None, name: str) -> Any:
    return None if rule is None else getattr(rule, name)


def _name_taken() -> MatchingError:
    detail = "Another rule has this name."
    return MatchingError("name_taken", detail, [FieldError("/name", "name_taken", detail)])
