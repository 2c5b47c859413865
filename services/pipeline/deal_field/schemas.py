"""Bodies and answers about fields of deals."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Strict, Text80, Text200
from services.pipeline.deal_field.domain import FieldType
from shared.web.concurrency import MergePatch, absent

KEY = r"^[a-z][a-z0-9_]{0,39}$"
_Key = Annotated[str, StringConstraints(pattern=KEY)]
_Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Option = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
_Options = Annotated[tuple[_Option, ...], Field(max_length=500)]
_Limit = Annotated[Decimal, Field(max_digits=20, decimal_places=6, allow_inf_nan=False)]
_Position = Annotated[int, Field(ge=0, le=10_000, strict=True)]


class FieldCreate(Strict):
    """A field. `options` go with enum and multi_enum, `minimum` and `maximum` with number, integer and money,
    `unit` with number and integer, `pattern` (a regular expression, found anywhere in the text) with text."""

    key: _Key
    label: _Label
    type: FieldType
    required: bool = False
    options: _Options = ()
    unit: Text80 = None
    minimum: _Limit | None = None
    maximum: _Limit | None = None
    pattern: Text200 = None
    position: _Position = 0
    indexed: bool = False
    active: bool = True


class FieldPatch(MergePatch):
    """A merge patch; the key stays."""

    label: _Label = absent()
    type: FieldType = absent()
    required: bool = absent()
    options: _Options = absent()
    unit: Text80 = absent()
    minimum: _Limit | None = absent()
    maximum: _Limit | None = absent()
    pattern: Text200 = absent()
    position: _Position = absent()
    indexed: bool = absent()
    active: bool = absent()


class FieldOut(BaseModel):
    """A field of deals."""

    id: UUID
    key: str
    label: str
    type: FieldType
    required: bool
    options: list[str]
    unit: str | None
    minimum: Decimal | None
    maximum: Decimal | None
    pattern: str | None
    position: int
    indexed: bool
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int
