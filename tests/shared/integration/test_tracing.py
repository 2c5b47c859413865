"""One trace goes from the request over the event to its handler and on to the event that one writes."""

import json
import subprocess
import sys
from pathlib import Path

from tests.support.waiting import HANG_SECONDS

ROOT = Path(__file__).parents[3]


def test_a_trace_goes_through_http_and_kafka_to_an_exporter() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "tests.shared.integration.tracing_process"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=HANG_SECONDS,
        check=True,
    )
    told = json.loads(answer.stdout)

    request, handling = (
        next(span for span in told["spans"] if span["name"] == name)
        for name in ("POST /v1/leads", "handle leads.lead.created")
    )
    assert handling["trace"] == request["trace"]
    assert handling["parent"] == request["id"]
    assert told["caused"].startswith(f"00-{request['trace']}-{handling['id']}-")


def test_without_an_exporter_nothing_of_opentelemetry_is_loaded() -> None:
    script = (
        "import sys; import shared.messaging.handlers, shared.observability.tracing as t; "
        "t.configure_tracing('leads'); assert not t.tracing_enabled(); "
        "assert not [m for m in sys.modules if m.startswith('opentelemetry')], 'loaded'"
    )

    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True, timeout=HANG_SECONDS)
