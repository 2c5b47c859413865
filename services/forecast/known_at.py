"""When a fact became known, which for imported history is much later than when it happened. Pure."""

from datetime import UTC, datetime

from shared.contracts.envelope import Envelope


def known_at(envelope: Envelope) -> datetime:
    """When the event was made: its UUIDv7 says so; of another id nothing but the business time is known."""
    if envelope.id.version != 7:
        return envelope.time
    return datetime.fromtimestamp((envelope.id.int >> 80) / 1000, UTC)
