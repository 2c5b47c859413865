"""The base of every event class: a past-tense fact with a dotted type, e.g. `leads.lead.converted`."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """The whole public state of an aggregate after a change, plus the names of the fields that changed.

    Read tolerantly: fields a reader does not know are ignored. Adding an optional field keeps `dataversion`.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: ClassVar[str]
    dataversion: ClassVar[int] = 1

    changed: tuple[str, ...] = ()

    @classmethod
    def topic(cls) -> str:
        """`leads.lead` for `leads.lead.converted`: one topic per aggregate type."""
        return cls.type.rsplit(".", 1)[0]
