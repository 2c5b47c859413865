"""The parts of the dashboard: which service answers them, and who may see them."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Source:
    """A GET of a service."""

    service: str
    path: str
    permission: str
    query: Mapping[str, str | int] = field(default_factory=dict)


SECONDS = 2.0
SOURCES: Mapping[str, Source] = {
    "forecast": Source("forecast", "/v1/forecast", "forecast:read", {"period": "quarter"}),
    "pipeline": Source("pipeline", "/v1/pipeline/summary", "deals:read"),
    "deals_closing": Source(
        "pipeline", "/v1/deals", "deals:read", {"status": "open", "sort": "expected_close", "limit": 10}
    ),
    "leads": Source(
        "leads", "/v1/leads", "leads:read", {"status": "in:new,contacted", "sort": "-created_at", "limit": 10}
    ),
    "activities_due": Source(
        "leads", "/v1/activities", "activities:read", {"done_at": "is:null", "sort": "due_at", "limit": 10}
    ),
    "lead_funnel": Source("forecast", "/v1/lead-funnel", "lead_funnel:read", {"period": "quarter"}),
}
