"""Where the three pipelines are read, and how each is shown."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

SECONDS = 2.0
READS = (("pipeline", "/v1/pipeline/summary"), ("leads", "/v1/leads/stats"))
"""What the view reads; a test checks that the services publish it."""
OPEN = ("new", "contacted", "qualified")


def stats_query(today: date) -> Mapping[str, str | int]:
    """All leads there ever were, by status."""
    return {"by": "status", "from": "1900-01-01", "to": today.isoformat()}


def leads_in_the_pipe(stats: Mapping[str, Any]) -> dict[str, Any]:
    """The open leads of an answer by status: how many, and what they are expected to bring."""
    groups = [group for group in stats["groups"] if group["key"] in OPEN]
    value = sum((Decimal(group["value"]["amount"]) for group in groups), Decimal())
    return {
        "leads": sum(group["leads"] for group in groups),
        "value": {"amount": f"{value:.2f}", "currency": stats["currency"]},
        "by_status": {group["key"]: {"leads": group["leads"], "value": group["value"]} for group in groups},
        "without_rate": stats["without_rate"],
    }
