"""A submission against what is reckoned now, and against what was closed."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment.queries import is_of
from services.forecast.adjustment.use_cases.judge_figures import judge_figures
from services.forecast.node.queries import load_tree
from services.forecast.outlook.domain import Figure
from services.forecast.submission.domain import Moved, Submission
from services.forecast.submission.queries import closed_amount
from services.forecast.submission_rule.queries import load_rules
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Question


@dataclass(frozen=True, slots=True)
class Comparison:
    """`moved` is None where there is nothing to compare with any more: the period is over or is one of
    another calendar, or the team or member is gone. `closed` so far; `final` once the period is over."""

    moved: dict[Figure, Moved] | None
    of_present_calendar: bool
    closed: Decimal
    state: Literal["open", "final"]


async def compare_submission(
    connection: AsyncConnection, submission: Submission, *, now: datetime
) -> Comparison:
    """By the limit of the rules as they are."""
    organisation = await load_organisation(connection, ORGANISATION)
    period, frozen = submission.period, submission.frozen
    present = is_of(organisation.calendar, period.name, period.starts_on, period.ends_on, now=now)
    tree = await load_tree(connection)
    over = period.ends_at <= now
    moved: dict[Figure, Moved] | None = None
    if (
        present
        and not over
        and tree.is_active(submission.node)
        and frozen.currency == organisation.base_currency
    ):
        judged = await judge_figures(
            connection,
            Question(period, None),
            submission.node,
            tree,
            rollup="cumulative",
            currency=frozen.currency,
        )
        beyond = (await load_rules(connection)).stale_beyond
        moved = submission.moved(judged.views[submission.node], beyond)
    closed = await closed_amount(connection, period, frozen.owner_ids, currency=frozen.currency)
    return Comparison(moved, present, closed, "final" if over else "open")
