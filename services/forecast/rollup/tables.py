"""What each deal counts as now (`counted_deal`), the sums (`rollup_cell`), and in which time zone that is.

`bucket` is null for a deal that is in no figure. `closes_on`: the local day of closing of a won deal, the
expected one of an open deal. What a cell's cut does not tell apart is null, and so is what its deals lack.
"""

from sqlalchemy import CheckConstraint, Column, Date, Index, Integer, Numeric, SmallInteger, Table, Text, Uuid
from sqlalchemy import text as sql

from services.forecast.tables import metadata

_COUNTS = sql("bucket IS NOT NULL")
_COVERED = (
    *("deal_id", "owner_id", "product_id", "territory_id", "pipeline_id", "stage_id", "stage", "source"),
    *("bucket", "probability", "amount", "currency", "base_amount", "base_currency"),
)
"""All of a deal that figures are made of: those of a period are added up out of the index alone."""

counted_deal = Table(
    "counted_deal",
    metadata,
    Column("deal_id", Uuid, primary_key=True),
    Column("bucket", Text),
    Column("closes_on", Date),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("territory_id", Uuid),
    Column("pipeline_id", Uuid, nullable=False),
    Column("stage_id", Uuid, nullable=False),
    Column("stage", Text, nullable=False),
    Column("source", Text),
    Column("probability", Numeric(9, 8)),
    Column("amount", Numeric(18, 4)),
    Column("currency", Text),
    Column("base_amount", Numeric(18, 4)),
    Column("base_currency", Text),
    Index("ix_counted_deal_closes_on", "closes_on", postgresql_where=_COUNTS, postgresql_include=_COVERED),
    Index("ix_counted_deal_owner_id_closes_on", "owner_id", "closes_on", postgresql_where=_COUNTS),
    # Only of pages that a vacuum has seen since they changed the index is enough.
    postgresql_with={"fillfactor": 90, "autovacuum_vacuum_scale_factor": 0.02},
)

rollup_cell = Table(
    "rollup_cell",
    metadata,
    Column("cut", Text, nullable=False),
    Column("month", Date),
    Column("owner_id", Uuid),
    Column("product_id", Uuid),
    Column("territory_id", Uuid),
    Column("bucket", Text, nullable=False),
    Column("base_currency", Text),
    Column("deals", Integer, nullable=False),
    Column("amount", Numeric, nullable=False),
    Column("weighted", Numeric, nullable=False),
    Column("without_probability", Integer, nullable=False),
    Index(
        "uq_rollup_cell_key",
        "cut",
        "month",
        "owner_id",
        "product_id",
        "territory_id",
        "bucket",
        "base_currency",
        unique=True,
        postgresql_nulls_not_distinct=True,
    ),
    # Room on the page: counting changes no indexed column.
    postgresql_with={"fillfactor": 70},
)

rollup_state = Table(
    "rollup_state",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("time_zone", Text),
    CheckConstraint("id = 1", name="one_row"),
)
