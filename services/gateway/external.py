"""Records that another system knows by an id of its own."""

from collections.abc import Mapping
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

Key = tuple[str, str]
SourceText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]


class ExternallyKnown(BaseModel):
    """Body fields of such a record; an external id is nothing without the system it belongs to."""

    model_config = ConfigDict(extra="forbid")

    source_system: SourceText | None = None
    external_id: SourceText | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.source_system is None) != (self.external_id is None):
            raise PydanticCustomError("incomplete", "source_system and external_id come together")
        return self


def key_of(item: Mapping[str, Any]) -> Key | None:
    """(source_system, external_id), or None when the record is ours alone."""
    return (item["source_system"], item["external_id"]) if item.get("external_id") else None
