"""The Prometheus metrics of every process; names and labels are part of the operations contract.

Must never break: labels stay bounded (route templates, never paths or ids).
"""

from prometheus_client import REGISTRY, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)

http_request_seconds = Histogram(
    "http_request_seconds",
    "Time from the request's head to the last byte of its answer.",
    ("service", "method", "route", "status"),
    buckets=_SECONDS,
)
http_requests_in_flight = Gauge("http_requests_in_flight", "Requests being answered right now.", ("service",))
upstream_request_seconds = Histogram(
    "upstream_request_seconds",
    "Time of a call to another service.",
    ("service", "upstream", "outcome"),
    buckets=_SECONDS,
)
idempotent_requests_total = Counter(
    "idempotent_requests_total",
    "Requests with an Idempotency-Key, by what became of them.",
    ("service", "outcome"),
)

outbox_backlog = Gauge("outbox_backlog", "Events written and not yet sent to the broker.", ("service",))
outbox_oldest_age_seconds = Gauge(
    "outbox_oldest_age_seconds", "Age of the oldest event not yet sent.", ("service",)
)
relay_sent_total = Counter("relay_sent_total", "Events the broker acknowledged.", ("service",))
relay_producer_rebuilds_total = Counter(
    "relay_producer_rebuilds_total", "Times the relay replaced a producer that went bad.", ("service",)
)
consumer_lag = Gauge(
    "consumer_lag",
    "Messages in the topic this service has not handled yet.",
    ("service", "topic", "partition"),
)
events_handled_total = Counter(
    "events_handled_total", "Events by what became of them.", ("service", "type", "outcome")
)
event_handling_seconds = Histogram(
    "event_handling_seconds", "Time of one handled batch.", ("service", "topic"), buckets=_SECONDS
)
dead_letters_total = Counter(
    "dead_letters_total", "Messages set aside in the dead-letter topic.", ("service", "topic", "reason")
)
parked_aggregates = Gauge("parked_aggregates", "Aggregates whose events wait for a replay.", ("service",))
agenda_overdue = Gauge("agenda_overdue", "Planned work whose time has come and passed.", ("service",))
agenda_oldest_overdue_seconds = Gauge(
    "agenda_oldest_overdue_seconds", "How long the oldest planned work is overdue.", ("service",)
)
agenda_set_aside = Gauge(
    "agenda_set_aside", "Planned work that failed so often that it waits for a person.", ("service",)
)
agenda_entries = Gauge(
    "agenda_entries",
    "Planned work by kind and state: planned, overdue, failing (tried again after a failure), set_aside.",
    ("service", "kind", "state"),
)
agenda_kind_oldest_overdue_seconds = Gauge(
    "agenda_kind_oldest_overdue_seconds",
    "How long the oldest planned work of a kind is overdue.",
    ("service", "kind"),
)
alerts_waiting = Gauge(
    "alerts_waiting", "Alerts that are not resolved, by kind and severity.", ("service", "kind", "severity")
)
leaks_found = Gauge("leaks_found", "Leaks that the last nightly look found.", ("service",))
timer_runs_total = Counter("timer_runs_total", "Timer runs by outcome.", ("service", "timer", "outcome"))


def exposition() -> bytes:
    """All metrics of this process, its own CPU, memory and file descriptors included, as Prometheus text."""
    return generate_latest(REGISTRY)
