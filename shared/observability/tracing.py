"""OpenTelemetry spans at the edges, and W3C trace context passed on even when tracing is off.

Must never break: nothing of OpenTelemetry's SDK is imported unless OTEL_EXPORTER_OTLP_ENDPOINT is set.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from shared.observability import context

_tracer: Any = None
_provider: Any = None
_Attributes = Mapping[str, str | int]


def tracing_enabled() -> bool:
    """Whether spans are recorded in this process."""
    return _tracer is not None


def configure_tracing(service: str) -> None:
    """Export spans over OTLP/HTTP when OTEL_EXPORTER_OTLP_ENDPOINT is set; otherwise do nothing."""
    global _tracer, _provider  # noqa: PLW0603 - one process is one service
    if not os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or _tracer is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    _provider = provider
    _tracer = provider.get_tracer("dealstream")


def flush_tracing() -> None:
    """Send what is recorded and not yet exported: when a process is about to end."""
    if _provider is not None:
        _provider.force_flush(5_000)


def current_traceparent() -> str | None:
    """W3C `traceparent` for an outgoing call or event: the current span's, else what came in, else None."""
    if _tracer is None:
        return context.traceparent.get()
    from opentelemetry import trace

    span = trace.get_current_span().get_span_context()
    if not span.is_valid:
        return context.traceparent.get()
    return f"00-{span.trace_id:032x}-{span.span_id:016x}-{span.trace_flags:02x}"


@contextmanager
def server_span(name: str, attributes: _Attributes | None = None) -> Iterator[Any]:
    """Around one request; its parent is the incoming traceparent. Yields the span, or None when off."""
    with _span(name, "SERVER", attributes, context.traceparent.get()) as span:
        yield span


@contextmanager
def client_span(name: str, attributes: _Attributes | None = None) -> Iterator[Any]:
    """Around one call to another service; send `current_traceparent()` inside it."""
    with _span(name, "CLIENT", attributes, None) as span:
        yield span


@contextmanager
def message_span(name: str, parent: str | None, attributes: _Attributes | None = None) -> Iterator[Any]:
    """Around handling one event; `parent` is the envelope's traceparent."""
    with _span(name, "CONSUMER", attributes, parent) as span:
        yield span


@contextmanager
def _span(name: str, kind: str, attributes: _Attributes | None, parent: str | None) -> Iterator[Any]:
    if _tracer is None:
        yield None
        return
    from opentelemetry.trace import SpanKind
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    remote = TraceContextTextMapPropagator().extract({"traceparent": parent}) if parent else None
    with _tracer.start_as_current_span(
        name, context=remote, kind=SpanKind[kind], attributes=dict(attributes or {}), record_exception=False
    ) as span:
        yield span
