"""Bytes become events, or are refused with a reason that holds no personal data."""

import json
from datetime import UTC, datetime
from uuid import UUID

import pytest

from shared.contracts.catalogue import TOPICS, Undecodable, decode, subscriptions
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.leads_lead import LeadCreated
from shared.contracts.ids import new_id

NOW = datetime(2027, 1, 5, 9, tzinfo=UTC)


def an_envelope() -> Envelope:
    lead_id = new_id()
    event = LeadCreated(lead_id=lead_id, status="new", created_at=NOW, changed=("status",))
    context = EventContext(source="/leads", correlation_id="c-1", actor="system")
    return wrap(event, subject=lead_id, sequence=1, time=NOW, context=context)


def test_an_event_is_read_back_as_it_was_written() -> None:
    written = an_envelope()

    envelope, event = decode(written.model_dump_json())

    assert envelope == written
    assert isinstance(event, LeadCreated)
    assert event.lead_id == envelope.subject


def test_the_position_names_topic_aggregate_and_version() -> None:
    envelope = an_envelope()

    assert envelope.position == f"leads.lead/{envelope.subject}/1"


def test_fields_we_do_not_know_are_ignored() -> None:
    newer = an_envelope().model_dump(mode="json")
    newer["data"]["invented_later"] = 1
    newer["extension"] = "x"

    _, event = decode(Envelope.model_validate(newer).model_dump_json())

    assert not hasattr(event, "invented_later")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "leads.lead.teleported"}, "unknown event type"),
        ({"dataversion": 99}, "newer than"),
        ({"data": {"lead_id": "not-a-uuid"}}, "lead_id"),
        ({"sequence": 0}, "sequence"),
    ],
)
def test_an_unreadable_event_says_why(change: dict[str, object], reason: str) -> None:
    broken = an_envelope().model_dump(mode="json") | change

    with pytest.raises(Undecodable) as refusal:
        decode(_json(broken))

    assert reason in refusal.value.reason


def test_the_reason_never_repeats_the_value() -> None:
    broken = an_envelope().model_dump(mode="json")
    broken["data"]["created_at"] = "ada@example.com"

    with pytest.raises(Undecodable) as refusal:
        decode(_json(broken))

    assert "ada@example.com" not in refusal.value.reason


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"[]", b"{}", b'"text"'])
def test_bytes_that_are_no_envelope_are_refused(raw: bytes) -> None:
    with pytest.raises(Undecodable):
        decode(raw)


def test_ids_sort_by_time_of_birth() -> None:
    ids = [new_id() for _ in range(1000)]

    assert ids == sorted(ids)
    assert all(type(one) is UUID and one.version == 7 for one in ids)


def test_every_event_lies_in_the_topic_its_type_names() -> None:
    for topic in TOPICS.values():
        for event in topic.events:
            assert event.topic() == topic.name
            assert topic.producer == topic.name.split(".")[0]


def test_forecast_reads_everything_and_leads_reads_outcomes() -> None:
    assert "pipeline.deal" in subscriptions("leads")
    assert set(subscriptions("forecast")) >= {"leads.lead", "leads.activity", "pipeline.deal", "gateway.team"}


def _json(value: object) -> str:

    return json.dumps(value)
