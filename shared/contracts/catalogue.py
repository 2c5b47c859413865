"""Every topic, who writes it, who reads it, and how bytes become an event.

Must never break: what a service subscribes to equals what is declared here.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from shared.contracts.envelope import Envelope
from shared.contracts.event import Event
from shared.contracts.events import (
    forecast_adjustment,
    forecast_alert,
    forecast_snapshot,
    forecast_submission,
    forecast_target,
    gateway_member,
    gateway_organisation,
    gateway_partner,
    gateway_team,
    leads_account,
    leads_activity,
    leads_contact,
    leads_import,
    leads_lead,
    leads_submission,
    leads_territory,
    pipeline_deal,
    pipeline_issue,
    pipeline_order,
    pipeline_product,
)
from shared.contracts.upcasts import upcast

Service = Literal["leads", "pipeline", "forecast", "gateway"]
SERVICES: tuple[Service, ...] = ("gateway", "leads", "pipeline", "forecast")


@dataclass(frozen=True, slots=True)
class Topic:
    """One aggregate type. Key = aggregate id, so all events of one aggregate stay in order."""

    name: str
    producer: Service
    consumers: tuple[Service, ...]
    events: Sequence[type[Event]]
    partitions: int = 6


_ALL = (
    Topic(
        "gateway.member", "gateway", ("gateway", "leads", "pipeline", "forecast"), gateway_member.EVENTS, 1
    ),
    Topic("gateway.team", "gateway", ("gateway", "leads", "pipeline", "forecast"), gateway_team.EVENTS, 1),
    Topic(
        "gateway.organisation",
        "gateway",
        ("gateway", "leads", "pipeline", "forecast"),
        gateway_organisation.EVENTS,
        1,
    ),
    Topic("gateway.partner", "gateway", ("gateway", "leads"), gateway_partner.EVENTS, 1),
    Topic("leads.lead", "leads", ("pipeline", "forecast", "gateway"), leads_lead.EVENTS),
    Topic("leads.account", "leads", ("pipeline", "forecast", "gateway"), leads_account.EVENTS),
    Topic("leads.contact", "leads", ("pipeline", "gateway"), leads_contact.EVENTS),
    Topic("leads.activity", "leads", ("pipeline", "forecast", "gateway"), leads_activity.EVENTS),
    Topic("leads.import", "leads", ("gateway",), leads_import.EVENTS),
    Topic("leads.submission", "leads", ("gateway",), leads_submission.EVENTS),
    Topic("leads.territory", "leads", ("forecast", "gateway"), leads_territory.EVENTS, 1),
    Topic("pipeline.deal", "pipeline", ("leads", "forecast", "gateway"), pipeline_deal.EVENTS),
    Topic("pipeline.order", "pipeline", ("gateway",), pipeline_order.EVENTS),
    Topic("pipeline.issue", "pipeline", ("forecast", "gateway"), pipeline_issue.EVENTS),
    Topic("pipeline.product", "pipeline", ("leads", "forecast", "gateway"), pipeline_product.EVENTS),
    Topic("forecast.snapshot", "forecast", ("gateway",), forecast_snapshot.EVENTS, 1),
    Topic("forecast.target", "forecast", ("gateway",), forecast_target.EVENTS),
    Topic("forecast.alert", "forecast", ("pipeline", "gateway"), forecast_alert.EVENTS),
    Topic("forecast.adjustment", "forecast", ("gateway",), forecast_adjustment.EVENTS),
    Topic("forecast.submission", "forecast", ("gateway",), forecast_submission.EVENTS),
)
TOPICS: dict[str, Topic] = {topic.name: topic for topic in _ALL}
EVENTS: dict[str, type[Event]] = {event.type: event for topic in _ALL for event in topic.events}


def subscriptions(service: Service) -> tuple[str, ...]:
    """The topics `service` reads."""
    return tuple(topic.name for topic in _ALL if service in topic.consumers)


class Undecodable(Exception):
    """These bytes are no event we can read; `reason` says why. They belong in the dead-letter topic."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(raw: bytes | str) -> tuple[Envelope, Event]:
    """Bytes from Kafka (or an envelope from an outbox) as an envelope and its event, older versions made new.

    Raises Undecodable when the JSON, the envelope, the type, the version or the data is not readable.
    """
    try:
        envelope = Envelope.model_validate_json(raw)
    except ValidationError as error:
        raise Undecodable(f"not an envelope: {_first(error)}") from error
    return envelope, read_event(envelope)


def read_event(envelope: Envelope) -> Event:
    """The event inside an envelope. Raises Undecodable."""
    kind = EVENTS.get(envelope.type)
    if kind is None:
        raise Undecodable(f"unknown event type {envelope.type!r}")
    if envelope.dataversion > kind.dataversion:
        raise Undecodable(f"{envelope.type} version {envelope.dataversion} is newer than {kind.dataversion}")
    try:
        return kind.model_validate(
            upcast(envelope.type, envelope.dataversion, kind.dataversion, envelope.data)
        )
    except (ValidationError, KeyError, TypeError, ValueError) as error:
        raise Undecodable(f"{envelope.type}: {_first(error)}") from error


def _first(error: Exception) -> str:
    """What is wrong and where, without the value: values may be personal."""
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False, include_input=False)[0]
        return f"{'/'.join(map(str, problem['loc']))}: {problem['msg']}"
    return type(error).__name__
