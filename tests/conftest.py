"""Fixtures every test may use."""

from hypothesis import HealthCheck, settings

from tests.support.stack import kafka, kafka_broker, postgres, reaper, stack

# How long an example takes says something of the machine only.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")

__all__ = ["kafka", "kafka_broker", "postgres", "reaper", "stack"]
