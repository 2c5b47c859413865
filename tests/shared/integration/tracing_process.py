"""A process that records a request, its event and the handling of it, and prints the spans it exported."""

import asyncio
import json
import os
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, cast

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.leads_lead import LeadCreated
from shared.contracts.ids import new_id
from shared.messaging.handlers import Delivery, context_of, each, handle
from shared.observability import tracing
from shared.observability.causes import event_context

NOW = datetime(2027, 1, 1, tzinfo=UTC)
RECEIVED: list[bytes] = []
NAMES = ("POST /v1/leads", "handle leads.lead.created")


class Collector(BaseHTTPRequestHandler):
    """Keeps what is exported."""

    def do_POST(self) -> None:
        RECEIVED.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


async def one_fact() -> str | None:
    """A request writes an event; a handler of it writes another, whose traceparent is answered."""
    lead_id = new_id()
    with tracing.server_span(NAMES[0]):
        event = LeadCreated(lead_id=lead_id, status="new", created_at=NOW)
        envelope = wrap(event, subject=lead_id, sequence=1, time=NOW, context=event_context("/leads"))
    caused: list[str | None] = []

    async def on_lead(_: AsyncConnection, __: LeadCreated, given: Envelope) -> None:
        caused.append(context_of(given, "/pipeline").traceparent)

    await handle(cast(AsyncConnection, None), {LeadCreated: each(on_lead)}, [Delivery(event, envelope)])
    return caused[0]


def main() -> None:
    collector = HTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=collector.serve_forever, daemon=True).start()
    os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] = f"http://127.0.0.1:{collector.server_port}"
    tracing.configure_tracing("leads")
    caused = asyncio.run(one_fact())
    while len(spans := received()) < len(NAMES):
        tracing.flush_tracing()
    print(json.dumps({"spans": spans, "caused": caused}))


def received() -> list[dict[str, str]]:
    """What was exported until now."""
    return [
        {
            "name": span.name,
            "trace": span.trace_id.hex(),
            "id": span.span_id.hex(),
            "parent": span.parent_span_id.hex(),
        }
        for body in RECEIVED
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans
        for scope in resource.scope_spans
        for span in scope.spans
    ]


if __name__ == "__main__":
    main()
