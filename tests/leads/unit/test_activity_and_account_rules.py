"""When an activity counts as speaking with somebody, and what may lie below what."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.leads.account.domain import AccountError, check_no_cycle, new_account
from services.leads.activity.domain import ActivityError, new_activity, public_state
from services.leads.contact.domain import ContactError, new_contact
from tests.leads.builders import NOW, an_activity

AGO = NOW - timedelta(hours=2)
AHEAD = NOW + timedelta(hours=2)
A, B, C = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("fields", "spoke_at"),
    [
        ({"done_at": AGO}, AGO),
        ({"started_at": AGO, "done_at": NOW}, AGO),
        ({"started_at": AHEAD}, None),
        ({"due_at": AGO}, None),
        ({"type": "task", "done_at": AGO}, None),
        ({"type": "email", "done_at": AGO}, AGO),
    ],
)
def test_only_what_has_happened_between_people_is_speaking(
    fields: dict[str, Any], spoke_at: datetime | None
) -> None:
    assert an_activity(**fields).spoke_at(NOW) == spoke_at


def test_the_published_activity_has_no_text() -> None:
    activity = an_activity(subject="secret", notes="secret")

    assert "secret" not in str(public_state(activity))


@pytest.mark.parametrize(
    ("values", "at"),
    [({"done_at": AGO}, AGO), ({"started_at": AGO}, AGO), ({"due_at": AGO}, NOW), ({"done_at": AHEAD}, NOW)],
)
def test_an_activity_happened_when_it_was_done_and_a_plan_when_it_was_made(
    values: dict[str, Any], at: datetime
) -> None:
    assert new_activity(A, {"type": "call", **values}, now=NOW).at == at


def test_an_edit_cannot_end_it_before_it_starts() -> None:
    with pytest.raises(ActivityError):
        an_activity(started_at=NOW).edit({"ended_at": AGO}, now=NOW)


@pytest.mark.parametrize("parents", [{B: A}, {B: C, C: A}])
def test_an_account_cannot_lie_below_itself(parents: dict[UUID, UUID | None]) -> None:
    with pytest.raises(AccountError) as refusal:
        check_no_cycle(A, B, parents)

    assert refusal.value.errors[0].pointer == "/parent_id"


def test_a_circle_elsewhere_does_not_keep_the_check_running() -> None:
    check_no_cycle(A, B, {B: C, C: B})


def test_a_renamed_account_is_found_by_its_new_name() -> None:
    account = new_account(A, {"name": "Initech"}, now=NOW).after

    renamed = account.edit({"name": "Globex "}, now=NOW)

    assert renamed is not None
    assert renamed.after.name_key == "globex"


def test_a_contact_that_nothing_names_is_refused() -> None:
    with pytest.raises(ContactError):
        new_contact(A, {"job_title": "CEO"}, now=NOW)
