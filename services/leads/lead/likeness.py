"""What a lead is recognised by."""

from services.leads.lead.domain import Lead
from services.leads.matching.domain import Likeness
from services.leads.matching.normal_forms import (
    company_form,
    domain_of_email,
    domain_of_website,
    email_form,
    folded,
    person_form,
)
from services.leads.person.domain import full_name


def likeness(lead: Lead) -> Likeness:
    """Its normal forms. A name that only repeats company, e-mail or phone is not a person's."""
    person = full_name(lead.first_name, lead.last_name)
    if person is None and lead.name not in (lead.company, lead.email, lead.phone):
        person = lead.name
    return Likeness(
        kind="lead",
        record_id=lead.id,
        email=email_form(lead.email),
        email_domain=domain_of_email(lead.email) or domain_of_website(lead.website),
        phone=lead.phone,
        company=company_form(lead.company),
        name=person_form(person),
        city=folded(lead.city or "") or None,
        country=lead.country,
        active=lead.merged_into is None and lead.archived_at is None,
    )
