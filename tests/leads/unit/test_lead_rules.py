"""What may happen to a lead, without a database."""

from dataclasses import fields
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from services.leads.lead.domain import STATUSES, Lead, LeadError, new_lead, public_state
from services.leads.record.domain import Change
from shared.contracts.events.leads_lead import DealWanted, LeadState
from tests.leads.builders import NOW, SOMEBODY, a_lead, a_pushed_lead

LATER = NOW + timedelta(hours=1)


def moves(lead: Lead) -> dict[str, Any]:
    """Every way a member moves a lead on."""
    return {
        "qualify": lambda: lead.qualify(now=LATER),
        "disqualify": lambda: lead.disqualify("no budget", now=LATER),
        "convert": lambda: lead.convert(UUID(int=1), UUID(int=2), None, now=LATER),
    }


ALLOWED = {
    ("new", "qualify"),
    ("contacted", "qualify"),
    ("new", "disqualify"),
    ("contacted", "disqualify"),
    ("qualified", "disqualify"),
    ("qualified", "convert"),
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("move", ["qualify", "disqualify", "convert"])
def test_a_lead_moves_only_as_allowed(status: str, move: str) -> None:
    step = moves(a_lead(status=status))[move]

    if (status, move) in ALLOWED:
        assert step().after.version == 2
    else:
        with pytest.raises(LeadError):
            step()


def test_every_step_counts_the_version_and_tells_which_fields_changed() -> None:
    lead = a_lead(version=3, field_versions={"company": 2})

    change = lead.qualify(now=LATER)

    assert isinstance(change.event, LeadState)
    assert (change.after.version, change.after.updated_at) == (4, LATER)
    assert change.after.field_versions == {"company": 2, "status": 4, "qualified_at": 4}
    assert change.event.changed == ("status", "qualified_at")
    assert change.fields == {"status": ("new", "qualified"), "qualified_at": (None, LATER)}


def test_a_converted_lead_says_what_it_became() -> None:
    deal = DealWanted(deal_id=UUID(int=3), name="Rollout")
    lead = a_lead(status="qualified").convert(UUID(int=1), UUID(int=2), deal, now=LATER).after

    with pytest.raises(LeadError) as refusal:
        lead.check_convertible()

    assert refusal.value.code == "lead_already_converted"
    assert refusal.value.extra == {
        "lead_id": lead.id,
        "account_id": UUID(int=1),
        "contact_id": UUID(int=2),
        "deal_id": UUID(int=3),
    }


def test_the_public_state_holds_nothing_personal() -> None:
    personal = {"name", "first_name", "last_name", "company", "email", "phone", "notes", "attributes"}
    lead = a_lead(**dict.fromkeys(personal - {"attributes"}, "secret"), attributes={"x": "secret"})

    assert not personal & public_state(lead).keys()
    assert "secret" not in str(public_state(lead))


def test_every_public_field_is_a_field_of_the_lead() -> None:
    names = {field.name for field in fields(Lead)}

    assert set(LeadState.model_fields) - {"lead_id", "changed"} <= names


def test_only_a_new_lead_becomes_contacted_at_the_moment_it_was_spoken_with() -> None:
    change = a_lead().contact(NOW - timedelta(days=1), now=NOW)

    assert isinstance(change, Change)
    assert (change.after.status, change.after.first_contact_at) == ("contacted", NOW - timedelta(days=1))
    assert change.at == NOW - timedelta(days=1)
    assert a_lead(status="qualified").contact(NOW, now=NOW) is None


def test_a_members_edit_is_remembered_only_on_a_partners_lead() -> None:
    own = a_lead().edit({"company": "Initech"}, now=LATER)
    pushed = a_pushed_lead().edit({"company": "Initech"}, now=LATER)

    assert own is not None
    assert pushed is not None
    assert (own.after.member_fields, pushed.after.member_fields) == ((), ("company",))


def test_a_partner_renews_everything_but_what_a_member_edited() -> None:
    lead = a_pushed_lead(company="Ours", phone="+49171111111", member_fields=("company",))

    change = lead.renew({"company": "Theirs", "phone": "+49171222222"}, now=LATER)

    assert change is not None
    assert (change.after.company, change.after.phone) == ("Ours", "+49171222222")
    assert lead.renew({"company": "Theirs"}, now=LATER) is None


def test_a_name_a_member_gave_is_not_derived_anew_by_a_push() -> None:
    lead = a_pushed_lead(name="Ann", first_name="Ann", member_fields=("name",))

    change = lead.renew({"first_name": "Bob"}, now=LATER)

    assert change is not None
    assert (change.after.name, change.after.first_name) == ("Ann", "Bob")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"name": "The Boss", "first_name": "Ann"}, "The Boss"),
        ({"first_name": "Ann", "last_name": "Lee", "company": "Initech"}, "Ann Lee"),
        ({"company": "Initech", "email": "a@b.de"}, "Initech"),
        ({"email": "a@b.de"}, "a@b.de"),
        ({"phone": "+49171123456"}, "+49171123456"),
    ],
)
def test_a_lead_is_called_by_the_best_that_is_known(values: dict[str, str], name: str) -> None:
    assert new_lead(UUID(int=1), values, now=NOW).after.name == name


def test_a_lead_that_nothing_names_is_refused() -> None:
    with pytest.raises(LeadError) as refusal:
        new_lead(UUID(int=1), {"source": "web"}, now=NOW)

    assert refusal.value.errors[0].pointer == "/name"


def test_a_loaded_lead_is_as_old_as_it_is() -> None:
    came = NOW - timedelta(days=400)

    change = new_lead(UUID(int=1), {"name": "A"}, now=NOW, created_at=came, origin={"owner_id": SOMEBODY})

    assert (change.at, change.after.created_at, change.after.updated_at) == (came, came, NOW)
    assert change.after.assigned_at == came


def test_a_deal_is_linked_once() -> None:
    linked = a_lead(status="converted").link_deal(UUID(int=3), NOW, now=LATER)

    assert linked is not None
    assert (linked.after.deal_id, linked.what) == (UUID(int=3), "deal_opened")
    assert linked.after.link_deal(UUID(int=4), NOW, now=LATER) is None


def test_giving_a_lead_to_its_owner_changes_nothing() -> None:
    assert a_lead(owner_id=SOMEBODY).assign(SOMEBODY, "again", now=LATER) is None
