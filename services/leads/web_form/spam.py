"""How much a submission looks like spam, and why. It is never dropped by that, only looked at by a person.

The points are judgement, not measurement: one strong sign is enough, weak ones add up.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

SUSPICIOUS = 50
_FASTEST = timedelta(seconds=2)
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_NAMES = ("name", "first_name", "last_name", "company", "job_title", "city")
_DISPOSABLE = frozenset(
    {
        *("mailinator.com", "guerrillamail.com", "10minutemail.com", "tempmail.com", "temp-mail.org"),
        *("yopmail.com", "trashmail.com", "sharklasers.com", "getnada.com", "dispostable.com"),
        *("maildrop.cc", "throwawaymail.com", "fakeinbox.com", "mailnesia.com", "moakt.com"),
    }
)
_BAD = re.compile(
    r"\b(viagra|cialis|casino|porn|escort|payday loan|crypto ?investment|forex signals|seo services|"
    r"backlinks?|guest post|rank (?:your|on) (?:site|website|google))\b",
    re.IGNORECASE,
)


def judge(
    payload: Mapping[str, Any], *, trapped: bool, rendered_at: datetime | None, forged: bool, now: datetime
) -> tuple[int, list[str]]:
    """Points from 0 to 100, and a reason for each that was given. `rendered_at`: when the page was shown,
    None where nobody says; `forged`: it says so, but not by our signature."""
    signs = list(_signs(payload, trapped=trapped, rendered_at=rendered_at, forged=forged, now=now))
    return min(100, sum(points for points, _ in signs)), [reason for _, reason in signs]


def _signs(
    payload: Mapping[str, Any], *, trapped: bool, rendered_at: datetime | None, forged: bool, now: datetime
) -> Iterator[tuple[int, str]]:
    if trapped:
        yield 100, "the hidden field was filled in"
    if forged:
        yield 50, "the time of showing the form is not signed by us"
    if rendered_at is not None and now - rendered_at < _FASTEST:
        yield 60, "filled in within two seconds"
    if any(_LINK.search(str(payload.get(name, ""))) for name in _NAMES):
        yield 60, "a link where a name belongs"
    domain = str(payload.get("email", "")).rpartition("@")[2].lower()
    if domain in _DISPOSABLE:
        yield 50, f"a throw-away address at {domain}"
    text = " ".join(str(value) for value in payload.values())
    if _BAD.search(text):
        yield 50, "words that spam is made of"
    if len(_LINK.findall(str(payload.get("notes", "")))) > 2:
        yield 40, "more than two links in the message"
