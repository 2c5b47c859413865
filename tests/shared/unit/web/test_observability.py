import asyncio
import json
import logging
import subprocess
import sys

import pytest

from shared.observability import context, tracing
from shared.observability.logging import configure_logging, logger
from shared.observability.redaction import REDACTED, redact

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


@pytest.mark.parametrize("offered", ["abc", "a.b:c-d_e", "x" * 128])
def test_a_callers_correlation_id_is_kept(offered: str) -> None:
    assert context.accepted_correlation_id(offered) == offered


@pytest.mark.parametrize("offered", [None, "", "a b", "a\nb", "x" * 129, "ä", '{"a":1}'])
def test_an_unfit_correlation_id_is_replaced(offered: str | None) -> None:
    made = context.accepted_correlation_id(offered)

    assert made != offered
    assert context.accepted_correlation_id(made) == made


@pytest.mark.parametrize(
    "offered", ["", "00-0-0-01", TRACE + "x", TRACE.replace("0af7", "0AF7"), f"00-{'0' * 32}-{'1' * 16}-01"]
)
def test_a_malformed_trace_context_is_dropped(offered: str) -> None:
    assert context.accepted_traceparent(offered) is None


def test_without_tracing_the_incoming_trace_context_is_passed_on() -> None:
    context.traceparent.set(TRACE)

    with (
        tracing.server_span("GET /"),
        tracing.client_span("leads"),
        tracing.message_span("leads.lead", TRACE),
    ):
        assert tracing.current_traceparent() == TRACE


def test_without_an_endpoint_the_tracing_sdk_is_not_imported() -> None:
    code = "import sys, shared.web.app, shared.observability.tracing as t; t.configure_tracing('x');"
    code += "sys.exit(any(m.startswith('opentelemetry.sdk') or 'exporter' in m for m in sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], check=False, env={}).returncode == 0


def test_with_an_endpoint_a_span_continues_the_callers_trace() -> None:
    code = (
        "from shared.observability import context, tracing as t\n"
        "t.configure_tracing('x')\n"
        f"context.traceparent.set('{TRACE}')\n"
        "with t.server_span('GET /'):\n"
        "    first = t.current_traceparent()\n"
        "    with t.client_span('leads'):\n"
        "        second = t.current_traceparent()\n"
        "with t.message_span('leads.lead', second):\n"
        "    third = t.current_traceparent()\n"
        f"assert {{x[:35] for x in (first, second, third)}} == {{'{TRACE[:35]}'}}, (first, second, third)\n"
        f"assert len({{first, second, third, '{TRACE}'}}) == 4\n"
        "import os; os._exit(0)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], check=False, env={"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}
    )

    assert ended.returncode == 0


@pytest.mark.parametrize(
    "event",
    [
        {"password": "marker"},
        {"Authorization": "marker"},
        {"contact_email": "marker"},
        {"phone_number": "marker"},
        {"api-key": "marker"},
        {"client_secret": "marker"},
        {"headers": {"authorization": "marker"}},
        {"leads": [{"email": "marker"}]},
        {"event": "sent to marker@example.com"},
        {"detail": ["eyJhbGciOi.eyJmarker.c2ln"]},
    ],
)
def test_secrets_and_personal_data_are_not_logged(event: dict[str, object]) -> None:
    assert "marker" not in str(redact(None, "", event))


def test_other_values_are_logged_as_they_are() -> None:
    event = {"event": "lead_captured", "lead_id": "1", "count": 3}

    assert redact(None, "", dict(event)) == event
    assert REDACTED not in str(event)


def lines(capfdbinary: pytest.CaptureFixture[bytes]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]


@pytest.fixture
def written(capfdbinary: pytest.CaptureFixture[bytes]) -> pytest.CaptureFixture[bytes]:
    configure_logging("things")
    return capfdbinary


def test_our_lines_and_those_of_libraries_have_the_same_members(
    written: pytest.CaptureFixture[bytes],
) -> None:
    context.correlation_id.set("c-1")

    logger("ours").info("made", count=1)
    logging.getLogger("uvicorn.error").warning("theirs %s", "x")

    ours, theirs = lines(written)
    shared = {"event", "level", "logger_name", "service", "correlation_id", "timestamp"}
    assert shared <= ours.keys() and shared <= theirs.keys()
    assert (ours["service"], ours["correlation_id"], ours["count"]) == ("things", "c-1", 1)
    assert (theirs["event"], theirs["level"], theirs["correlation_id"]) == ("theirs x", "warning", "c-1")


def test_an_errors_message_is_not_logged_but_its_place_is(written: pytest.CaptureFixture[bytes]) -> None:
    try:
        raise ValueError("Key (email)=(jane@example.com) already exists")
    except ValueError as error:
        logger("ours").error("failed", exc_info=error)
        logging.getLogger("lib").exception("failed")

    for line in lines(written):
        assert line["error"] == "ValueError"
        assert "test_observability.py" in str(line["traceback"])
        assert "jane" not in json.dumps(line)


async def test_context_of_one_task_is_not_seen_by_another() -> None:
    async def request(name: str) -> str:
        context.correlation_id.set(name)
        await asyncio.sleep(0)
        return context.correlation_id.get()

    names = [f"c{number}" for number in range(50)]

    assert await asyncio.gather(*map(request, names)) == names
