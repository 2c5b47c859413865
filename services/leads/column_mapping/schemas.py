"""What a column becomes, and what is said about the file as a whole."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints

from services.leads.lead.schemas import Tags
from services.leads.record.schemas import Identifier, Line200, Strict

_Text = Annotated[str, StringConstraints(max_length=500)]


def _field_alone(value: Any) -> Any:
    return {"field": value} if value is None or isinstance(value, str) else value


class ColumnRule(Strict):
    """The field a column fills, null for none, and how.

    `field`: a field of the kind, `attributes.<name>`, or `full_name` (split into first and last name).
    Texts are trimmed, then looked up in `values` whatever their case, then put into `case`; an empty cell
    becomes `default`. `type` is for attributes.
    """

    field: Annotated[str, StringConstraints(max_length=100)] | None = None
    values: Annotated[dict[_Text, _Text | None], Field(max_length=1000)] | None = None
    case: Literal["lower", "upper"] | None = None
    date_format: Annotated[str, StringConstraints(max_length=60)] | None = None
    decimal_comma: bool | None = None
    default: _Text | None = None
    type: Literal["text", "number", "boolean"] | None = None


Rule = Annotated[ColumnRule, BeforeValidator(_field_alone)]
Mapped = Annotated[dict[Annotated[str, StringConstraints(max_length=220)], Rule], Field(max_length=500)]
"""By the column's name; a text or null stands for a rule with that field alone."""


class ImportOptions(Strict):
    """How the file is written and what holds for all its rows.

    `delimiter`, `encoding`, `sheet` and `header_row` (0: none) are found out when left out;
    `decimal_comma` goes by the delimiter. `date_format`: as `%d.%m.%Y`. `country`, `currency`: for rows
    that name none. `source_system`: whose ids a column for `external_id` holds. `unmapped`: whether columns
    without a rule become attributes. `on_duplicate`: what becomes of a lead with the e-mail address of an
    open lead. `constants`: fields with one value for all rows.
    """

    delimiter: Literal[",", ";", "\t", "|"] | None = None
    encoding: Annotated[str, StringConstraints(max_length=40)] | None = None
    sheet: Annotated[str, StringConstraints(max_length=100)] | None = None
    header_row: Annotated[int, Field(ge=0, le=1000)] | None = None
    decimal_comma: bool | None = None
    date_format: Annotated[str, StringConstraints(max_length=60)] | None = None
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    source_system: Annotated[Identifier | None, Field(max_length=80)] = None
    campaign: Line200 = None
    tags: Tags = ()
    constants: Annotated[dict[str, Any], Field(max_length=50)] = Field(default_factory=dict)
    unmapped: Literal["ignore", "attributes"] = "ignore"
    on_duplicate: Literal["keep", "skip"] = "keep"


READ_BY = ("delimiter", "encoding", "sheet", "header_row")
"""The options that say how the file is read: when one changes, it is read anew."""


def rules_of(mapping: Mapping[str, Any]) -> dict[str, ColumnRule]:
    """Rules as they are kept."""
    return {column: ColumnRule.model_validate(rule) for column, rule in mapping.items()}
