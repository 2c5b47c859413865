"""A first guess of what each column is: by its name, else by what stands in it. A person decides."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence

from services.leads.column_mapping.synonyms import SYNONYMS
from services.leads.spreadsheet.domain import Cell

_LOOKS: Mapping[str, Callable[[str], object]] = {
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+\Z").match,
    "website": re.compile(r"(https?://|www\.)\S+\Z").match,
    "phone": re.compile(r"(\+|00)[\d\s()/.-]{7,}\Z").match,
}
_MOSTLY = 0.8
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def suggest(
    columns: Mapping[str, Sequence[Cell]],
    fields: Collection[str],
    own: Mapping[str, tuple[str, ...]],
) -> dict[str, str | None]:
    """The field of each column, each field once. `columns`: samples by name. `own`: synonyms of this kind."""
    known = _known_names(fields, own)
    guessed: dict[str, str | None] = dict.fromkeys(columns)
    taken: set[str] = set()
    for column in columns:
        field = known.get(_plain(column))
        if field is not None and field not in taken:
            guessed[column] = field
            taken.add(field)
    for column, samples in columns.items():
        looks = _looks_like(samples) if guessed[column] is None else None
        if looks in fields and looks not in taken:
            guessed[column] = looks
            taken.add(str(looks))
    return guessed


def _known_names(fields: Collection[str], own: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    known: dict[str, str] = {}
    for field in fields:
        for name in (_plain(field), *own.get(field, ()), *SYNONYMS.get(field, ())):
            known.setdefault(name, field)
    for field, names in own.items():
        known |= dict.fromkeys(names, field)
    return known


def _plain(name: str) -> str:
    spelt = unicodedata.normalize("NFKC", name).casefold().translate(_UMLAUTS)
    return "".join(character for character in spelt if character.isalnum())


def _looks_like(samples: Sequence[Cell]) -> str | None:
    texts = [sample.strip() for sample in samples if isinstance(sample, str) and sample.strip()]
    for field, matches in _LOOKS.items():
        if texts and sum(1 for text in texts if matches(text)) >= _MOSTLY * len(texts):
            return field
    return None
