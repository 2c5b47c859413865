"""Bodies and answers about fit."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel

from services.leads.fit.domain import FitTest
from services.leads.record.schemas import Prose, Strict


class FitAnswers(Strict):
    """The three questions; null is an open one. `need_unmet`: the need is not fully met today."""

    need_unmet: bool | None = None
    can_meet: bool | None = None
    profitable: bool | None = None
    notes: Prose = None


class FitTestOut(BaseModel):
    """One assessment, by a member."""

    need_unmet: bool | None
    can_meet: bool | None
    profitable: bool | None
    notes: str | None
    target_customer: bool | None
    assessed_at: datetime
    assessed_by: str


class FitOut(BaseModel):
    """`target_customer`: all three true; false when one is false; null while unknown. `current` is the latest
    of `history`, which has the newest first."""

    target_customer: bool | None
    current: FitTestOut | None
    history: list[FitTestOut]


def fit_out(tests: Sequence[FitTest]) -> dict[str, Any]:
    """The answer, ready for JSON."""
    shown = [_test(test) for test in tests]
    current = shown[0] if shown else None
    return {
        "target_customer": current and current["target_customer"],
        "current": current,
        "history": shown,
    }


def _test(test: FitTest) -> dict[str, Any]:
    return {**asdict(test), "target_customer": test.target_customer}
