"""What an expression over a lead may name: its fields with their types."""

from datetime import UTC, datetime
from typing import Any

from shared.expression.vocabulary import Type, Variable, Vocabulary

_NOON = datetime(2027, 3, 1, 8, tzinfo=UTC)


def _texts(**examples: str) -> tuple[Variable, ...]:
    return tuple(
        Variable(f"lead.{name}", "text", f"{name.replace('_', ' ')} as given".capitalize(), example)
        for name, example in examples.items()
    )


def _of_lead(name: str, kind: Type, meaning: str, example: Any) -> Variable:
    return Variable(f"lead.{name}", kind, meaning, example)


DOCUMENTED: tuple[Variable, ...] = (
    *_texts(
        name="Ann Lee", first_name="Ann", last_name="Lee", company="Acme", job_title="Head of Sales",
        country="DE", region="Bavaria", city="Munich", postal_code="80331", industry="retail",
        website="https://acme.example", language="de", source="website", medium="cpc",
        referrer="https://search.example", landing_page="https://we.example/offer", channel="web_form",
        campaign="spring", product_interest="starter",
    ),
    _of_lead("email", "text", "E-mail address", "ann@acme.example"),
    _of_lead("email_domain", "text", "What follows the @, in lower case", "acme.example"),
    _of_lead("phone", "text", "Telephone number as E.164", "+4989123456"),
    _of_lead("phone_country", "text", "Country of the telephone number, two letters", "DE"),
    _of_lead("origin", "text", "`active`: we found it; `passive`: it came to us", "passive"),
    _of_lead("status", "text", "new, contacted, qualified, disqualified or converted", "new"),
    _of_lead("category", "text", "Key of its category", "qualified"),
    _of_lead("segment", "text", "Key of its market segment", "small_shops"),
    _of_lead("employees", "number", "Employees of the company", 120),
    _of_lead("expected_amount", "number", "Expected value, in expected_currency", 5000.0),
    _of_lead("expected_currency", "text", "Currency of the expected value", "EUR"),
    _of_lead("tags", "list", "Tags; empty when there are none", ["vip"]),
    _of_lead("needs", "list", "Needs in words; empty when there are none", ["faster delivery"]),
    _of_lead("attributes", "map", "Free-form facts by name: lead.attributes['Total visits'] > 3", {}),
    _of_lead("notes", "text", "Notes", "Met at the fair"),
    _of_lead("score", "number", "Probability (0 to 1) of becoming a customer", 0.4),
    _of_lead("score_state", "text", "no_model, insufficient_history or ok", "ok"),
    _of_lead("grade", "text", "A to D", "B"),
    _of_lead("fit_points", "number", "Points of the rules about who it is", 40),
    _of_lead("engagement_points", "number", "Points of the rules about what it did", 20),
    _of_lead("owner_id", "text", "Id of the owner", "0190a0b0-0000-7000-8000-000000000001"),
    _of_lead("partner_id", "text", "Id of the pushing partner", "0190a0b0-0000-7000-8000-000000000002"),
    _of_lead("territory_id", "text", "Id of its territory", "0190a0b0-0000-7000-8000-000000000003"),
    _of_lead("source_system", "text", "System it was loaded from", "legacy"),
    _of_lead("external_id", "text", "Its reference there, or at the partner", "4711"),
    _of_lead("is_owned", "boolean", "Whether it has an owner", True),
    _of_lead("is_duplicate", "boolean", "Whether it was found to repeat another lead", False),
    _of_lead("created_at", "instant", "When it came up", _NOON),
    _of_lead("first_contact_at", "instant", "When somebody first spoke with the person", _NOON),
    _of_lead("age_hours", "number", "Hours since it came up", 1.0),
    Variable("now", "instant", "The present: now - lead.created_at < duration('48h')", _NOON),
)  # fmt: skip
VOCABULARY = Vocabulary("lead", DOCUMENTED)
FIELDS = VOCABULARY.fields
