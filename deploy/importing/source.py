"""The files as rows, corrected where the mapping says so. Every oddity is counted, none is hidden."""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

Row = dict[str, str]


@dataclass(slots=True)
class Findings:
    """What was odd in the files: how often, and two examples of each."""

    counts: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, example: str) -> None:
        """Notes one case of `what`."""
        self.counts[what] += 1
        examples = self.examples.setdefault(what, [])
        if len(examples) < 2:
            examples.append(example)


def read_rows(
    path: Path,
    corrections: Mapping[str, Mapping[str, str]],
    findings: Findings,
    name_of: Callable[[Row], str],
) -> list[Row]:
    """The rows of a CSV file, stripped, with corrected values in place of the known misspellings."""
    if not path.exists():
        raise SystemExit(f"{path} does not exist; the data folder must hold it.")
    with path.open(newline="", encoding="utf-8-sig") as file:
        return [_corrected(row, corrections, findings, path.name, name_of) for row in _stripped(file)]


def _stripped(lines: Iterable[str]) -> Iterator[Row]:
    for row in csv.DictReader(lines):
        yield {column: (value or "").strip() for column, value in row.items() if column}


def _corrected(
    row: Row,
    corrections: Mapping[str, Mapping[str, str]],
    findings: Findings,
    file: str,
    name_of: Callable[[Row], str],
) -> Row:
    for column, known in corrections.items():
        if row[column] in known:
            findings.add(f"{file}: {column} {row[column]!r} read as {known[row[column]]!r}", name_of(row))
            row[column] = known[row[column]]
    return row
