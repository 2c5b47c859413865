"""Column types that behave the same in every table.

Must never break: Python None in a JSON column is SQL NULL, and every instant carries its zone.
"""

from sqlalchemy import DateTime, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.dialects.postgresql.asyncpg import AsyncpgARRAY

# None is NULL; plain JSONB would store the JSON value `null`, which `IS NULL` does not find.
Json = JSONB(none_as_null=True)
Instant = DateTime(timezone=True)


class TextList(AsyncpgARRAY):
    """`text[]`, read as the driver gives it: a list of str. ARRAY would make it anew, element by element."""

    cache_ok = True

    def __init__(self) -> None:
        super().__init__(Text)

    def result_processor(self, dialect: object, coltype: object) -> None:  # type: ignore[override]  # as others do
        """Nothing is left to do."""
