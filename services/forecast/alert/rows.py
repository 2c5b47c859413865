"""Alerts as rows, rows as alerts."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import RowMapping

from services.forecast.alert.domain import Alert, Finding, Subject
from shared.contracts.events.forecast_alert import AlertCause
from shared.contracts.events.pipeline_issue import KnownLeak
from shared.contracts.money import Money

_SUBJECT = tuple(Subject.__dataclass_fields__)
_FINDING = tuple(name for name in Finding.__dataclass_fields__ if name not in ("amount", "cause"))
_PLAIN = tuple(name for name in Alert.__dataclass_fields__ if name not in ("subject", "finding", "leak"))
_CAUSE: TypeAdapter[AlertCause | None] = TypeAdapter(AlertCause | None)
_LEAK: TypeAdapter[KnownLeak | None] = TypeAdapter(KnownLeak | None)


def as_alert(row: RowMapping | Mapping[str, Any]) -> Alert:
    """A row as an alert."""
    amount = None if row["amount"] is None else Money(amount=row["amount"], currency=row["currency"])
    return Alert(
        subject=Subject(**{name: row[name] for name in _SUBJECT}),
        finding=Finding(
            **{name: row[name] for name in _FINDING},
            amount=amount,
            cause=_CAUSE.validate_python(row["cause"]),
        ),
        leak=_LEAK.validate_python(row["leak"]),
        **{name: row[name] for name in _PLAIN},
    )


def row_of(each: Alert) -> dict[str, Any]:
    """An alert as a row of its table."""
    amount = each.finding.amount
    return {
        **{name: getattr(each, name) for name in _PLAIN},
        **{name: getattr(each.subject, name) for name in _SUBJECT},
        **{name: getattr(each.finding, name) for name in _FINDING},
        "key": each.subject.key,
        "amount": amount and amount.amount,
        "currency": amount and amount.currency,
        "cause": _CAUSE.dump_python(each.finding.cause, mode="json"),
        "leak": _LEAK.dump_python(each.leak, mode="json"),
    }
