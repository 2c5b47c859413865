"""Instants in bodies: text with an offset, kept in UTC, within what dates can hold."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.contracts.instants import Instant

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)


def test_an_instant_is_kept_in_utc() -> None:
    assert INSTANT.validate_python("2027-03-01T12:00:00+02:00") == datetime(2027, 3, 1, 10, tzinfo=UTC)
    assert INSTANT.validate_python("2027-03-01T12:00:00+02:00").tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "9999-12-31T23:59:59-14:00",
        "0001-01-01T00:00:00+14:00",
        "2027-03-01T12:00:00",
        "1800000000",
        "-1",
        1800000000,
        -1,
        True,
        None,
    ],
)
def test_what_cannot_be_read_again_or_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value)
