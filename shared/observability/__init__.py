"""Logs, metrics and traces, and the context that ties them together: correlation id, actor, traceparent."""
