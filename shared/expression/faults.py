"""What is wrong with an expression, and where, before it is ever run.

Must never break: a position counts characters of the text as it was written.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.expression.vocabulary import FUNCTIONS, MACROS, Vocabulary

LONGEST = 1000
DEEPEST = 12

_QUOTED = r"\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'"
_LITERAL = re.compile(rf"//[^\n]*|(?<!\w)[bBrR]{{0,2}}(?:{_QUOTED})", re.DOTALL)
_MACRO = re.compile(rf"\.\s*(?:{'|'.join(MACROS)})\s*\(")
_BOUND = re.compile(rf"\.\s*(?:{'|'.join(MACROS)})\s*\(\s*([A-Za-z_]\w*)\s*,")
_PARSER = re.compile(r"ERROR: <input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


@dataclass(frozen=True, slots=True)
class Fault:
    """`position` counts characters from 0."""

    detail: str
    position: int

    def place(self, text: str) -> tuple[int, int]:
        """Line and column, both from 1."""
        before = text[: self.position]
        return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1

    @classmethod
    def of_parser(cls, said: str, text: str) -> "Fault":
        """The first thing the parser stumbled over."""
        found = _PARSER.search(said)
        if found is None:
            return cls("It cannot be read.", 0)
        lines = text.split("\n")
        row = min(int(found[1]), len(lines)) - 1
        start = sum(len(line) + 1 for line in lines[:row])
        position = start + max(int(found[2]) - 1, 0)
        return cls(found[3][:300], min(position, len(text)))

    @classmethod
    def of_names(
        cls, text: str, variables: Iterable[str], functions: Iterable[str], vocabulary: Vocabulary
    ) -> "Fault | None":
        """The first name that means nothing here."""
        plain = _without_literals(text)
        bound = set(_BOUND.findall(plain))
        unknown = [name for name in variables if name not in vocabulary.variables and name not in bound]
        if unknown:
            known = ", ".join(vocabulary.variables)
            return cls(f"`{unknown[0]}` is unknown; there are {known}.", _place_of(unknown[0], plain))
        wrong = [name for name in functions if name not in FUNCTIONS and name.isidentifier()]
        wrong = [name for name in wrong if not name.startswith("_")]
        return cls(f"There is no function `{wrong[0]}`.", _place_of(wrong[0], plain)) if wrong else None


def find_fault(text: str, vocabulary: Vocabulary) -> Fault | None:
    """What can be seen without reading it as a whole: too much of it, or fields that no subject has."""
    if len(text) > LONGEST:
        return Fault(f"It has {len(text)} characters; at most {LONGEST} are allowed.", LONGEST)
    if not text.strip():
        return Fault("It is empty.", 0)
    if "\0" in text:
        return Fault("A NUL character means nothing here.", text.index("\0"))
    plain = _without_literals(text)
    return _too_deep(plain) or _unknown_field(plain, vocabulary)


def _without_literals(text: str) -> str:
    """The same with blanks in place of texts and comments, so that positions stay."""
    return _LITERAL.sub(lambda found: " " * len(found[0]), text)


def _too_deep(plain: str) -> Fault | None:
    macros = {found.end() - 1 for found in _MACRO.finditer(plain)}
    open_brackets: list[bool] = []
    for position, character in enumerate(plain):
        if character in "([{":
            is_macro = position in macros
            if is_macro and any(open_brackets):
                return Fault(f"{', '.join(MACROS)} cannot be put into each other.", position)
            open_brackets.append(is_macro)
            if len(open_brackets) > DEEPEST:
                return Fault(f"Brackets are nested more than {DEEPEST} deep.", position)
        elif character in ")]}" and open_brackets:
            open_brackets.pop()
    return None


def _unknown_field(plain: str, vocabulary: Vocabulary) -> Fault | None:
    subject = vocabulary.subject
    indexed = re.search(rf"(?<![\w.]){subject}\s*\[", plain)
    if indexed is not None:
        return Fault(f"Write {subject}.<field>; only attributes are indexed.", indexed.start())
    for found in _fields(plain, vocabulary):
        if found[1] not in vocabulary.fields:
            return Fault(f"A {subject} has no `{found[1]}`.", found.start(1))
    return None


def _fields(plain: str, vocabulary: Vocabulary) -> Iterator[re.Match[str]]:
    return re.finditer(rf"(?<![\w.]){vocabulary.subject}\s*\.\s*([A-Za-z_]\w*)", plain)


def _place_of(name: str, plain: str) -> int:
    found = re.search(rf"(?<![\w.]){re.escape(name)}\b", plain) or re.search(rf"\b{re.escape(name)}\b", plain)
    return found.start() if found else 0


def fields_named(text: str, vocabulary: Vocabulary) -> list[str]:
    """The fields of the subject that the expression asks for."""
    plain = _without_literals(text)
    return sorted({f"{vocabulary.subject}.{found[1]}" for found in _fields(plain, vocabulary)})
