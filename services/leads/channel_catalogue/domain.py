"""A channel is named by its key, in whatever words somebody said it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from shared.contracts.errors import DomainError, FieldError

Unknown = Literal["keep", "refuse"]
UNKNOWN: tuple[Unknown, ...] = get_args(Unknown)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Keys by word in small letters. `unknown`: a word that nobody knows is kept as it is, or refused."""

    words: Mapping[str, str] = field(default_factory=dict)
    unknown: Unknown = "keep"

    def key_of(self, said: str) -> str:
        """The channel's key; what nobody knows stays as it is."""
        return self.words.get(word_of(said), said)

    def check(self, said: str) -> None:
        """Refuses what nobody knows, where the organisation wants that."""
        if self.unknown == "refuse" and word_of(said) not in self.words:
            detail = "There is no such channel; see /v1/channels."
            error = FieldError("/channel", "channel_unknown", detail)
            raise DomainError("validation_failed", detail, [error])


def word_of(said: str) -> str:
    """The form in which words are compared: small letters, single spaces."""
    return " ".join(said.split()).casefold()
