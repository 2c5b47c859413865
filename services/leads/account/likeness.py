"""What an account is recognised by."""

from services.leads.account.domain import Account
from services.leads.matching.domain import Likeness
from services.leads.matching.normal_forms import company_form, domain_of_website


def likeness(account: Account) -> Likeness:
    """Its normal forms."""
    return Likeness(
        kind="account",
        record_id=account.id,
        email_domain=domain_of_website(account.website),
        phone=account.phone,
        company=company_form(account.name),
        country=account.country,
        active=account.merged_into is None and account.archived_at is None,
    )
