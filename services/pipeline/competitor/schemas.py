"""Bodies and answers about competitors."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Name, Strict, Text200, Text2000
from shared.web.concurrency import MergePatch, absent

_Aliases = Annotated[tuple[Name, ...], Field(max_length=50, description="How else the name is spelt.")]


class CompetitorCreate(Strict):
    """Who else sells what we sell."""

    name: Name
    aliases: _Aliases = ()
    website: Text200 = None
    products: Text2000 = None
    prices: Text2000 = None
    strengths: Text2000 = None
    weaknesses: Text2000 = None
    notes: Text2000 = None


class CompetitorPatch(MergePatch):
    """A merge patch."""

    name: Name = absent()
    aliases: _Aliases = absent()
    website: Text200 = absent()
    products: Text2000 = absent()
    prices: Text2000 = absent()
    strengths: Text2000 = absent()
    weaknesses: Text2000 = absent()
    notes: Text2000 = absent()
    active: bool = absent()


class Merge(Strict):
    """Of which competitor this one is another spelling."""

    into: UUID


class CompetitorOut(BaseModel):
    """A competitor. `aliases`: how else the name is spelt; `merged_into`: what it is part of now."""

    id: UUID
    name: str
    aliases: list[str]
    website: str | None
    products: str | None
    prices: str | None
    strengths: str | None
    weaknesses: str | None
    notes: str | None
    active: bool
    merged_into: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


class UnmatchedOut(BaseModel):
    """A spelling in `competitor` of so many deals the caller reads."""

    spelling: str
    deals: int


class UnmatchedListOut(BaseModel):
    """The spellings that no competitor has, the most frequent first; at most 200."""

    items: list[UnmatchedOut]
