"""Fixtures every test may use."""

from tests.support.stack import kafka, kafka_broker, postgres, reaper

__all__ = ["kafka", "kafka_broker", "postgres", "reaper"]
