"""How names of competitors are compared."""

from typing import Any

from sqlalchemy import ColumnElement, func


def spelt(name: ColumnElement[Any]) -> ColumnElement[str]:
    """A name in small letters, with single blanks."""
    return func.lower(func.btrim(func.regexp_replace(name, r"\s+", " ", "g")))
