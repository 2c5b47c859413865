"""Say from when on a gap is worth an alert, or leave it to the rule of all."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.gap_rule import repository
from services.forecast.gap_rule.domain import CHECK, GapRule, GapRuleError
from services.forecast.gap_rule.queries import nodes_of, team_exists
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import FieldError
from shared.web.merge import require_version


async def set_rule(
    connection: AsyncConnection, wanted: GapRule, *, expected: int | None, now: datetime
) -> tuple[GapRule, bool]:
    """The rule, and whether it is new. Refuses with `validation_failed`, `reference_unknown`,
    `version_conflict`. The same again changes nothing."""
    wanted.limits.checked()
    if wanted.team_id is not None and not await team_exists(connection, wanted.team_id):
        detail = "There is no such team."
        error = FieldError("/team_id", "reference_unknown", detail)
        raise GapRuleError("reference_unknown", detail, [error])
    before = await repository.of_team(connection, wanted.team_id, lock=True)
    if expected is not None:
        require_version(0 if before is None else before.version, expected)
    if before is None:
        await _put(connection, wanted, now)
        return wanted, True
    same = replace(
        wanted,
        id=before.id,
        created_at=before.created_at,
        version=before.version,
        updated_at=before.updated_at,
    )
    if same == before:
        return before, False
    after = replace(same, version=before.version + 1, updated_at=now)
    await _put(connection, after, now)
    return after, False


async def _put(connection: AsyncConnection, rule: GapRule, now: datetime) -> None:
    await repository.put(connection, rule)
    await _look_anew(connection, rule, now)


async def _look_anew(connection: AsyncConnection, rule: GapRule, now: datetime) -> None:
    nodes = await nodes_of(connection, rule.team_id)
    await plan_work(connection, [Due(CHECK, node, now) for node in nodes])


async def remove_rule(
    connection: AsyncConnection, rule_id: UUID, *, expected: int | None, now: datetime
) -> None:
    """The team follows the rule of all again, and is looked at by it. Refuses with `gap_rule_not_found`,
    `version_conflict`, and with `state_conflict` to remove that of all, which can be made inactive."""
    rule = await repository.get(connection, rule_id)
    if expected is not None:
        require_version(rule.version, expected)
    if rule.team_id is None:
        raise GapRuleError("state_conflict", "The rule of all stays; make it inactive instead.")
    await repository.remove(connection, rule_id)
    await _look_anew(connection, rule, now)
