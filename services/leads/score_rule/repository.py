"""Rules to and from their table."""

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.record_table import RecordTable
from services.leads.score_rule.domain import ScoreRule
from services.leads.score_rule.tables import score_rule
from services.leads.setting_history.use_cases.keep_history import history_of

RULES = RecordTable(score_rule, ScoreRule, {}, history_of("score_rule"))


async def active_rules(connection: AsyncConnection) -> list[ScoreRule]:
    """All that are asked."""
    return await RULES.find_where(connection, score_rule.c.active, score_rule.c.archived_at.is_(None))
