"""Pydantic's findings as our stable field codes and JSON pointers, for a body or for one item of a batch.

Must never break: a code, once published, keeps meaning the same; input values are never quoted.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from shared.contracts.errors import FieldError

_CODES = {
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "bytes_too_long": "too_long",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_pattern_mismatch": "wrong_format",
    "string_unicode": "wrong_format",
    "uuid_parsing": "wrong_format",
    "uuid_version": "wrong_format",
    "url_parsing": "wrong_format",
    "datetime_parsing": "wrong_format",
    "datetime_from_date_parsing": "wrong_format",
    "date_parsing": "wrong_format",
    "date_from_datetime_parsing": "wrong_format",
    "date_from_datetime_inexact": "wrong_format",
    "time_parsing": "wrong_format",
    "time_delta_parsing": "wrong_format",
    "timezone_aware": "time_zone_required",
    "enum": "unknown_value",
    "literal_error": "unknown_value",
    "union_tag_invalid": "unknown_value",
    "union_tag_not_found": "required",
    "decimal_max_digits": "too_precise",
    "decimal_max_places": "too_precise",
    "decimal_whole_digits": "out_of_range",
    "finite_number": "out_of_range",
    "multiple_of": "out_of_range",
    "greater_than": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than": "out_of_range",
    "less_than_equal": "out_of_range",
    "none_required": "must_be_null",
    "json_invalid": "malformed_json",
    "value_error": "invalid",
    "assertion_error": "invalid",
}
_OWN_CODE = re.compile(r"[a-z][a-z0-9_]{2,40}\Z")
_KNOWN_ELSEWHERE = re.compile(r".*_(type|parsing|attributes_type)\Z|is_instance_of|model_type|dataclass_type")


def field_code(pydantic_type: str) -> str:
    """`string_too_long` -> `too_long`; wrong types -> `wrong_type`; a custom error's own code stays."""
    if pydantic_type in _CODES:
        return _CODES[pydantic_type]
    if _KNOWN_ELSEWHERE.match(pydantic_type):
        return "wrong_type"
    return pydantic_type if _OWN_CODE.match(pydantic_type) else "invalid"


def pointer(parts: Iterable[object]) -> str:
    """RFC 6901: `("items", 0, "a/b")` -> `/items/0/a~1b`."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def field_errors(
    findings: Sequence[Mapping[str, Any]], *, skip: int = 0, body: object = None
) -> tuple[FieldError, ...]:
    """Each finding as a FieldError; `skip` leading parts of its location are dropped (FastAPI's `body`).

    With the `body` that was read, pointers lead through it: without the tags pydantic puts into the location
    of what may be one thing or another.
    """
    return tuple(
        FieldError(
            pointer=pointer(_within(body, finding["loc"][skip:], finding["type"])),
            code=field_code(finding["type"]),
            detail=_detail(finding),
        )
        for finding in findings
    )


def _within(body: object, location: Sequence[Any], finding: str) -> Iterable[object]:
    """A tag is no key here, but the value of one: `{"kind": "slip"}`."""
    here: Any = body
    for index, part in enumerate(location):
        absent = finding == "missing" and index == len(location) - 1
        if isinstance(here, dict) and part not in here and part in here.values() and not absent:
            continue
        yield part
        if isinstance(here, dict):
            here = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            here = None


def _detail(finding: Mapping[str, Any]) -> str:
    message = str(finding["msg"])
    return message.removeprefix("Value error, ").removeprefix("Assertion failed, ")
