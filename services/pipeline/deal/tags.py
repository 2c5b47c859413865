"""Tags as callers write them, in one form: small letters, single blanks, each once."""

from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

_Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
MOST_TAGS = 20


def _none_is_empty(value: Any) -> Any:
    return () if value is None else value


def normal_tag(tag: str) -> str:
    """The form in which tags are kept and compared."""
    return " ".join(tag.split()).casefold()


def normal_tags(tags: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, as many as a deal has at most."""
    return tuple(dict.fromkeys(plain for tag in tags if (plain := normal_tag(tag))))[:MOST_TAGS]


Tags = Annotated[
    tuple[_Tag, ...],
    BeforeValidator(_none_is_empty),
    Field(max_length=MOST_TAGS),
    AfterValidator(normal_tags),
]
