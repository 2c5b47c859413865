"""Directors say when two records are one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.matching import repository
from services.leads.matching.domain import MatchingError, Rule
from services.leads.matching.schemas import RuleCreate, RulePatch
from shared.contracts.errors import FieldError
from shared.contracts.ids import new_id
from shared.web.merge import check_or_merge


async def create_rule(connection: AsyncConnection, body: RuleCreate, *, now: datetime) -> Rule:
    """The new rule. Refuses `name_taken`, and with `validation_failed` what cannot be looked up."""
    rule = Rule(id=new_id(), created_at=now, updated_at=now, **body.values())
    rule.check()
    if not await repository.add_rule(connection, rule):
        raise _name_taken()
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
    if after is not rule and not await repository.save_rule(connection, after):
        raise _name_taken()
    return after


async def delete_rule(connection: AsyncConnection, rule_id: UUID) -> None:
    """The rule is gone. What it found before stays found. Needs a transaction."""
    await load_rule(connection, rule_id, lock=True)
    await repository.remove_rule(connection, rule_id)


def _name_taken() -> MatchingError:
    detail = "Another rule has this name."
    return MatchingError("name_taken", detail, [FieldError("/name", "name_taken", detail)])
