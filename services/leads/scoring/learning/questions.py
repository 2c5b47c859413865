"""Which questions are worth asking, judged by the leads to learn from alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from services.leads.score_model.question import Known, Question, as_number, as_text, words_of

_TEXTS = (
    *("source", "medium", "channel", "campaign", "country", "region", "city", "industry", "language"),
    *("product_interest", "origin", "partner_id"),
)
_FIXED = (
    *(Question(name, "text") for name in _TEXTS),
    *(Question(name, "domain") for name in ("referrer", "landing_page")),
    *(Question(name, "present") for name in ("email", "phone", "website", "company", "job_title")),
    *(Question("email", view) for view in ("free_mail", "own_domain")),
    Question("employees", "number"),
    Question("expected_value", "amount"),
    Question("name", "words"),
    Question("name", "length"),
    *(Question(name, "count") for name in ("tags", "needs")),
    *(Question("created_at", view) for view in ("weekday", "day_part")),
)
_MOST_ATTRIBUTES = 200
_MOST_WORDS = 50
_CATEGORIES = 50


def candidates(leads: Sequence[Known], rare: int) -> list[Question]:
    """Every question these leads suggest: fixed ones, frequent words, and on their free-form attributes."""
    return [
        *_FIXED,
        *(Question("tags", "has", word) for word in _frequent(leads, "tags", rare)),
        *(Question("job_title", "has", word) for word in _frequent(leads, "job_title", rare)),
        *_about_attributes(leads, rare),
    ]


def _frequent(leads: Sequence[Known], name: str, rare: int) -> list[str]:
    found = Counter(word for lead in leads for word in set(words_of(getattr(lead, name))))
    return [word for word, count in found.most_common(_MOST_WORDS) if count >= rare]


def _about_attributes(leads: Sequence[Known], rare: int) -> Iterator[Question]:
    held = Counter(name for lead in leads for name in lead.attributes)
    for name, count in held.most_common(_MOST_ATTRIBUTES):
        if count >= rare:
            values = [lead.attributes[name] for lead in leads if name in lead.attributes]
            yield from _about(f"attributes.{name}", values, rare)


def _about(of: str, values: Sequence[Any], rare: int) -> Iterator[Question]:
    """A number, a category, or a text of which only the form is looked at."""
    texts = [text for value in values if (text := as_text(value)) is not None]
    distinct = Counter(texts)
    numbers = sum(as_number(value) is not None for value in values)
    if numbers >= 0.95 * len(texts) and len(distinct) > 2:
        yield Question(of, "number")
        return
    common = sum(count for count in distinct.values() if count >= rare)
    if len(distinct) <= _CATEGORIES or common >= 0.3 * len(texts):
        yield Question(of, "text")
    else:
        yield Question(of, "present")
    if len(distinct) > _CATEGORIES:
        yield from (Question(of, view) for view in ("length", "words", "digits", "domain"))
