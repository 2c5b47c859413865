"""A CSV file of leads with their outcomes, as the outcomes the service learns from."""

import csv
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

OUTCOME, ORDER = "Converted", "Lead Number"
FIELDS = {"Lead Source": "source", "Country": "country"}
AFTER_CONTACT = frozenset(
    (
        *("Tags", "Lead Quality", "Lead Profile", "Last Activity", "Last Notable Activity"),
        *("Asymmetrique Activity Index", "Asymmetrique Profile Index"),
        *("Asymmetrique Activity Score", "Asymmetrique Profile Score"),
    )
)
"""Columns that were filled in after a rep spoke with the lead: a score made at intake must not see them."""
_NOT_FACTS = AFTER_CONTACT | {OUTCOME, ORDER, "Prospect ID", "", *FIELDS}
_FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def read_leads(path: Path) -> list[tuple[dict[str, Any], bool]]:
    """Bodies for `POST /v1/leads/batch` and whether each converted, in the order of the lead numbers.

    The file has no dates: lead numbers are taken for minutes. "Select" means that a question was shown and
    not answered, which is kept as an answer of its own; an empty cell was never asked and is left out.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: int(row[ORDER]))
    first = int(rows[0][ORDER])
    return [(_body(row, int(row[ORDER]) - first), row[OUTCOME] == "1") for row in rows]


def _body(row: Mapping[str, str], minutes: int) -> dict[str, Any]:
    at = _FIRST_DAY + timedelta(minutes=minutes)
    return {
        "name": f"Lead {row[ORDER]}",
        "source_system": "leads-file",
        "external_id": row[ORDER],
        "created_at": at.isoformat().replace("+00:00", "Z"),
        **{field: row[column] for column, field in FIELDS.items() if row.get(column)},
        "attributes": dict(_facts(row)),
    }


def _facts(row: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    for column, value in row.items():
        if column not in _NOT_FACTS and value:
            yield column, _number(value)


def _number(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value
