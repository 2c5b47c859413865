"""What a contact is recognised by."""

from services.leads.contact.domain import Contact
from services.leads.matching.domain import Likeness
from services.leads.matching.normal_forms import domain_of_email, email_form, person_form
from services.leads.person.domain import full_name


def likeness(contact: Contact) -> Likeness:
    """Its normal forms; the company is the one of its account."""
    person = full_name(contact.first_name, contact.last_name)
    if person is None and contact.name not in (contact.email, contact.phone):
        person = contact.name
    return Likeness(
        kind="contact",
        record_id=contact.id,
        email=email_form(contact.email),
        email_domain=domain_of_email(contact.email),
        phone=contact.phone,
        name=person_form(person),
        country=contact.country,
        account_id=contact.account_id,
        active=contact.merged_into is None and contact.archived_at is None,
    )
