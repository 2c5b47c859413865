"""Fixtures every test may use."""

from tests.support.stack import kafka, kafka_broker, postgres, reaper, stack

__all__ = ["kafka", "kafka_broker", "postgres", "reaper", "stack"]
