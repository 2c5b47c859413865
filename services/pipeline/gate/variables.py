"""What an expression over a deal may name."""

from datetime import UTC, datetime
from typing import Any

from shared.expression.language import Language
from shared.expression.vocabulary import Type, Variable, Vocabulary

_NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)
_ID = "0190a0b0-0000-7000-8000-000000000001"


def _of_deal(name: str, kind: Type, meaning: str, example: Any) -> Variable:
    return Variable(f"deal.{name}", kind, meaning, example)


DOCUMENTED: tuple[Variable, ...] = (
    _of_deal("name", "text", "Name", "Acme: 20 seats"),
    _of_deal("status", "text", "open, won or lost", "open"),
    _of_deal("stage", "text", "The stage it is in before the move", "Proposal"),
    _of_deal("stage_position", "number", "Which stage that is, counted from 1", 3),
    _of_deal("days_in_stage", "number", "Days since it entered that stage", 4.5),
    _of_deal("age_days", "number", "Days since it was opened", 30.0),
    _of_deal("amount", "number", "Amount in its own currency", 5000.0),
    _of_deal("currency", "text", "Currency of the amount", "EUR"),
    _of_deal("base_amount", "number", "Amount in the organisation's currency", 5000.0),
    _of_deal("probability", "number", "0 to 1; 0 is a value", 0.5),
    _of_deal("forecast_category", "text", "pipeline, best_case, most_likely, commit, omitted", "commit"),
    _of_deal("expected_close", "instant", "Start (UTC) of the day it is expected to close", _NOON),
    _of_deal("created_at", "instant", "When it was opened", _NOON),
    _of_deal("stage_entered_at", "instant", "When it entered its stage", _NOON),
    _of_deal("owner_id", "text", "Id of the owner", _ID),
    _of_deal("account_id", "text", "Id of the account", _ID),
    _of_deal("contact_id", "text", "Id of the contact", _ID),
    _of_deal("lead_id", "text", "Id of the lead it came from", _ID),
    _of_deal("product_id", "text", "Id of the product", _ID),
    _of_deal("source", "text", "Where it came from", "fair"),
    _of_deal("competitor", "text", "Against whom", "Globex"),
    _of_deal("tags", "list", "Tags, in small letters", ["key account"]),
    _of_deal("next_step", "text", "What is done next", "Send the offer"),
    _of_deal("next_step_at", "instant", "When that is due", _NOON),
    _of_deal("recurring_amount", "number", "What recurs each period, in the deal's currency", 100.0),
    _of_deal("recurring_period", "text", "month, quarter, year", "month"),
    _of_deal("term_months", "number", "Months it is agreed for", 12),
    _of_deal("mrr", "number", "Recurring amount a month", 100.0),
    _of_deal("custom", "map", "Own fields by key: deal.custom.seats; money is its amount, a day is text", {}),
    _of_deal("needs", "number", "How many needs are recorded", 2),
    _of_deal("open_objections", "number", "How many objections are not resolved", 0),
    _of_deal("signing_date", "instant", "Start (UTC) of the day the contract was signed", _NOON),
    Variable("now", "instant", "The present: now - deal.created_at < duration('48h')", _NOON),
)
VOCABULARY = Vocabulary("deal", DOCUMENTED)
LANGUAGE = Language(VOCABULARY)
