"""Every table of the forecast database: what Alembic compares with."""

from services.forecast.account import tables as account
from services.forecast.accuracy import tables as accuracy
from services.forecast.activity_ledger import tables as activity_ledger
from services.forecast.adjustment import tables as adjustment
from services.forecast.alert import tables as alert
from services.forecast.deal_ledger import tables as deal_ledger
from services.forecast.gap_rule import tables as gap_rule
from services.forecast.gap_watch import tables as gap_watch
from services.forecast.lead_ledger import tables as lead_ledger
from services.forecast.market_growth import tables as market_growth
from services.forecast.market_report import tables as market_report
from services.forecast.prediction import tables as prediction
from services.forecast.product import tables as product
from services.forecast.rollup import tables as rollup
from services.forecast.scenario import tables as scenario
from services.forecast.snapshot import tables as snapshot
from services.forecast.snapshot_rule import tables as snapshot_rule
from services.forecast.structure import tables as structure
from services.forecast.submission import tables as submission
from services.forecast.submission_rule import tables as submission_rule
from services.forecast.tables import metadata
from services.forecast.target import tables as target
from services.forecast.target_basis import tables as target_basis
from services.forecast.territory import tables as territory

__all__ = [
    "account",
    "accuracy",
    "activity_ledger",
    "adjustment",
    "alert",
    "deal_ledger",
    "gap_rule",
    "gap_watch",
    "lead_ledger",
    "market_growth",
    "market_report",
    "metadata",
    "prediction",
    "product",
    "rollup",
    "scenario",
    "snapshot",
    "snapshot_rule",
    "structure",
    "submission",
    "submission_rule",
    "target",
    "target_basis",
    "territory",
]
