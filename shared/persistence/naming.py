"""The one way to make a service's MetaData, so that constraint names are the same everywhere.

Must never break: migrations drop constraints by these names.
"""

from sqlalchemy import MetaData

_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_metadata() -> MetaData:
    """An empty MetaData with the naming convention. A check constraint must be given its short name."""
    return MetaData(naming_convention=_CONVENTION)
