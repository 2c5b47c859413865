"""The forecast API: settings, database, routers. Wiring only."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from services.forecast.accuracy import routes as accuracy
from services.forecast.adjustment import routes as adjustment
from services.forecast.alert import routes as alert
from services.forecast.bottom_up import routes as bottom_up
from services.forecast.contribution import routes as contribution
from services.forecast.deal_change import routes as deal_change
from services.forecast.deal_ledger import routes as deal_ledger
from services.forecast.demand import routes as demand
from services.forecast.executive import routes as executive
from services.forecast.figure_range import routes as figure_range
from services.forecast.gap import routes as gap
from services.forecast.gap_rule import routes as gap_rule
from services.forecast.inputs import routes as inputs
from services.forecast.item import routes as item
from services.forecast.lead_funnel import routes as lead_funnel
from services.forecast.market_growth import routes as market_growth
from services.forecast.market_report import routes as market_report
from services.forecast.outlook import routes as outlook
from services.forecast.prediction import routes as prediction
from services.forecast.recommendation import routes as recommendation
from services.forecast.region import routes as region
from services.forecast.repeat_business import routes as repeat_business
from services.forecast.scenario import routes as scenario
from services.forecast.settings import ForecastSettings
from services.forecast.slippage import routes as slippage
from services.forecast.snapshot import routes as snapshot
from services.forecast.snapshot_rule import routes as snapshot_rule
from services.forecast.source_yield import routes as source_yield
from services.forecast.submission import routes as submission
from services.forecast.submission_rule import routes as submission_rule
from services.forecast.target import routes as target
from services.forecast.target_basis import routes as target_basis
from services.forecast.waterfall import routes as waterfall
from shared.contracts.catalogue import subscriptions
from shared.persistence.database import Database
from shared.web.app import create_service_app
from shared.web.clock import utc_now

ROUTERS = (
    accuracy.router,
    adjustment.router,
    alert.router,
    bottom_up.router,
    contribution.router,
    deal_change.router,
    deal_ledger.router,
    demand.router,
    executive.router,
    figure_range.router,
    gap.router,
    gap_rule.router,
    inputs.router,
    item.router,
    lead_funnel.router,
    market_growth.router,
    market_report.router,
    outlook.router,
    prediction.router,
    recommendation.router,
    region.router,
    repeat_business.router,
    scenario.router,
    slippage.router,
    snapshot.router,
    snapshot_rule.router,
    source_yield.router,
    submission.router,
    submission_rule.router,
    target.router,
    target_basis.router,
    waterfall.router,
)


def create_app(
    settings: ForecastSettings | None = None,
    database: Database | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application; without arguments from the environment. Opens no connection by itself."""
    settings = settings or ForecastSettings.load()
    return create_service_app(
        name="forecast",
        settings=settings,
        database=database
        or Database(
            settings.forecast_database_url, name="forecast-api", pool_size=settings.database_pool_size
        ),
        routers=ROUTERS,
        reads=subscriptions("forecast"),
        now=now,
    )
