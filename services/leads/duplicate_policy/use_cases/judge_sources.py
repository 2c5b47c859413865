"""What the policy of a source says, asked by the statement that writes a lead."""

from sqlalchemy import ColumnElement

from services.leads.duplicate_policy.repository import source_is_to


def allows_duplicates(source: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether nothing is looked for."""
    return source_is_to("allow", source)


def blocks_duplicates(source: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a lead has to be compared before it may come in."""
    return source_is_to("block", source)
