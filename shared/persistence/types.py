"""Column types that behave the same in every table.

Must never break: Python None in a JSON column is SQL NULL, and every instant carries its zone.
"""

from sqlalchemy import DateTime
from sqlalchemy.dialects.postgresql import JSONB

# None is NULL; plain JSONB would store the JSON value `null`, which `IS NULL` does not find.
Json = JSONB(none_as_null=True)
Instant = DateTime(timezone=True)
