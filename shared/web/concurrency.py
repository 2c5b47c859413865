"""ETag and If-Match: the version of a thing, out and in. The merging itself is in `merge`.

Must never break: a change without If-Match is refused, and `*` does not stand in for having read the thing.
"""

import re
from typing import Annotated

from fastapi import Depends, Header
from starlette.responses import Response

from shared.contracts.errors import FieldError
from shared.web.merge import MergePatch, absent, check_or_merge, next_field_versions, require_version
from shared.web.problem import Problem

__all__ = [
    "IfMatch",
    "IfMatchOrAny",
    "IfMatchWhenGiven",
    "MergePatch",
    "absent",
    "check_or_merge",
    "etag",
    "next_field_versions",
    "require_version",
    "set_etag",
]

_VERSION = re.compile(r'(?:W/)?(?:"([0-9]{1,18})"|([0-9]{1,18}))\Z')


def etag(version: int) -> str:
    """`"7"`."""
    return f'"{version}"'


def set_etag(response: Response, version: int) -> None:
    """Put the version on an answer: on every GET, create and change of one thing."""
    response.headers["ETag"] = etag(version)


def read_if_match(value: str | None) -> int:
    """The version of an If-Match header: `"7"`, `W/"7"` or `7`.

    Raises Problem `precondition_required` (428) when missing or `*`, `invalid_parameter` (400) otherwise.
    """
    if value is None or value.strip() == "*":
        raise Problem("precondition_required", "Send If-Match with the ETag you read.")
    found = _VERSION.match(value.strip())
    if found is None:
        wrong = FieldError("/header/if-match", "wrong_format", 'Expected one version such as "7".')
        raise Problem("invalid_parameter", "If-Match cannot be read.", (wrong,))
    return int(found.group(1) or found.group(2))


async def _if_match(
    if_match: Annotated[str | None, Header(description='The ETag you read: `"7"`.')] = None,
) -> int:
    return read_if_match(if_match)


IfMatch = Annotated[int, Depends(_if_match)]
"""The version the caller read. The route answers 428 without it."""


async def _if_match_or_any(
    if_match: Annotated[str | None, Header(description='The ETag you read, `"7"`, or `*`.')] = None,
) -> int | None:
    return None if if_match is not None and if_match.strip() == "*" else read_if_match(if_match)


IfMatchOrAny = Annotated[int | None, Depends(_if_match_or_any)]
"""For changes of state, which say what they need by themselves: the version read, or None for `*`."""


async def _if_match_when_given(
    if_match: Annotated[
        str | None, Header(description='Optional here: amend only if it has this ETag, `"7"`.')
    ] = None,
) -> int | None:
    return None if if_match is None or if_match.strip() == "*" else read_if_match(if_match)


IfMatchWhenGiven = Annotated[int | None, Depends(_if_match_when_given)]
"""For what is said once per key, again and again: the version read, or None for whatever stands there."""
