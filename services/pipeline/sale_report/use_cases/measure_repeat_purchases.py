"""How many of those who bought came back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_report.queries import sample_of
from services.pipeline.deal_report.schemas import Cut
from services.pipeline.sale_report.domain import Buyers
from services.pipeline.sale_report.queries import buyers
from services.pipeline.sale_report.schemas import RepeatPurchases
from services.pipeline.sale_report.use_cases.counting import definitions
from services.pipeline.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, period_shown

_MEANINGS: Meanings = {
    "value": ("Accounts with two or more won deals", "Accounts with a won deal"),
    "accounts": ("Accounts with a deal won by the end of the period, whenever that was.", None),
    "repeat_accounts": ("Of these, the accounts with two or more.", None),
    "new_repeat_accounts": ("Of these, the accounts whose second deal was won in the period.", None),
}


async def measure_repeat_purchases(
    connection: AsyncConnection, caller: Identity, asked: Asked, cut: Cut, *, now: datetime
) -> RepeatPurchases:
    """By the deals the caller may read. Refuses with `period_invalid`, `organisation_unknown`."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = question_of(asked, organisation.calendar, now=now).period
    whole = await sample_of(connection, caller, replace(cut, group_by=None), organisation.base_currency)
    found = (await buyers(connection, whole, period)).get(None, Buyers())
    parts: dict[str | None, Buyers] = {}
    if cut.group_by is not None:
        split = await sample_of(connection, caller, cut, organisation.base_currency)
        parts = await buyers(connection, split, period)
    order = sorted(parts, key=lambda key: (key is None, -parts[key].accounts, str(key)))
    return RepeatPurchases.model_validate(
        {
            **_shown(found),
            "period": period_shown(period),
            "group_by": cut.group_by,
            "groups": [{"key": key, **_shown(parts[key])} for key in order[:MOST_GROUPS]],
            "groups_left_out": max(0, len(order) - MOST_GROUPS),
            "definitions": definitions(_MEANINGS, period),
        }
    )


def _shown(found: Buyers) -> dict[str, Any]:
    return {
        "value": found.rate,
        "state": "ok" if found.accounts else "insufficient_history",
        "accounts": found.accounts,
        "repeat_accounts": found.repeat_accounts,
        "new_repeat_accounts": found.new_repeat_accounts,
    }
