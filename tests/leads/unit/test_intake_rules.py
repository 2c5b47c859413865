"""What is pushed is good, faulty or no lead; and what may be done with the faulty."""

from datetime import timedelta

import pytest

from services.leads.intake.domain import Faulty, IntakeError
from services.leads.intake.schemas import PartnerLead, read_pushed
from shared.contracts.errors import DomainError
from tests.leads.builders import NOW, an_entry


def test_a_good_push_is_a_lead_in_standard_form() -> None:
    found = read_pushed(0, {"external_id": " a-1 ", "email": "Ann@EXAMPLE.com", "company": " "})

    assert isinstance(found, PartnerLead)
    assert found.external_id == "a-1"
    assert found.values() == {"email": "Ann@example.com", "company": None}


def test_a_push_with_faulty_values_keeps_what_was_sent() -> None:
    sent = {"external_id": "a-1", "email": "nope", "phone": 12}

    found = read_pushed(4, sent)

    assert isinstance(found, Faulty)
    assert (found.index, found.external_id, found.payload) == (4, "a-1", sent)
    assert [(error.pointer, error.code) for error in found.errors] == [
        ("/email", "email_invalid"),
        ("/phone", "wrong_type"),
    ]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        7,
        [],
        {},
        {"external_id": None},
        {"external_id": "a\nb"},
        {"external_id": "x" * 201},
        {"external_id": "a", "status": "converted"},
        {"external_id": "a", "email": "nope", "colour": "red"},
        {"external_id": "a", "notes": "nul \0"},
    ],
)
def test_what_is_no_lead_is_refused(sent: object) -> None:
    with pytest.raises(DomainError) as refusal:
        read_pushed(0, sent)

    assert refusal.value.code == "validation_failed"
    assert refusal.value.errors


def test_a_correction_is_merged_and_null_takes_a_field_away() -> None:
    corrected = an_entry().corrected({"email": "a@b.de", "phone": None})

    assert corrected == {"external_id": "a-1", "email": "a@b.de"}


def test_the_partners_reference_cannot_be_corrected() -> None:
    with pytest.raises(IntakeError) as refusal:
        an_entry().corrected({"external_id": "b"})

    assert refusal.value.errors[0].pointer == "/payload/external_id"


@pytest.mark.parametrize("status", ["released", "discarded"])
def test_what_was_decided_stays_decided(status: str) -> None:
    entry = an_entry(status=status)

    for step in (lambda: entry.corrected({}), lambda: entry.discard("no", None, now=NOW)):
        with pytest.raises(IntakeError) as refusal:
            step()
        assert refusal.value.code == "state_conflict"


def test_a_discarded_entry_says_why_and_by_whom() -> None:
    gone = an_entry().discard("a joke", "ann", now=NOW + timedelta(hours=1))

    assert (gone.status, gone.discard_reason, gone.resolved_by, gone.version) == (
        "discarded",
        "a joke",
        "ann",
        2,
    )
