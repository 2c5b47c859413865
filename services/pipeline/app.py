"""The API process: `uvicorn services.pipeline.app:create_app --factory`. Wiring only."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from services.pipeline.approval import routes as approval
from services.pipeline.board import routes as board
from services.pipeline.bulk_edit import routes as bulk_edit
from services.pipeline.closed_business import routes as closed_business
from services.pipeline.closing import routes as closing
from services.pipeline.competitor import routes as competitor
from services.pipeline.deal import routes as deal
from services.pipeline.deal_checklist import routes as deal_checklist
from services.pipeline.deal_comment import routes as deal_comment
from services.pipeline.deal_competitor import routes as deal_competitor
from services.pipeline.deal_contact import routes as deal_contact
from services.pipeline.deal_field import routes as deal_field
from services.pipeline.deal_field.use_cases.know_fields import KEPT_FIELDS
from services.pipeline.deal_health import routes as deal_health
from services.pipeline.deal_need import routes as deal_need
from services.pipeline.deal_risk import routes as deal_risk
from services.pipeline.deal_split import routes as deal_split
from services.pipeline.deal_team import routes as deal_team
from services.pipeline.deal_time import routes as deal_time
from services.pipeline.document import routes as document
from services.pipeline.funnel import routes as funnel
from services.pipeline.gate import routes as gate
from services.pipeline.help_request import routes as help_request
from services.pipeline.intervention import routes as intervention
from services.pipeline.issue import routes as issue
from services.pipeline.leak_report import routes as leak_report
from services.pipeline.leak_run import routes as leak_run
from services.pipeline.loss_reason import routes as loss_reason
from services.pipeline.loss_reason.use_cases.know_reasons import KEPT_REASONS
from services.pipeline.loss_report import routes as loss_report
from services.pipeline.next_product import routes as next_product
from services.pipeline.objection import routes as objection
from services.pipeline.objection_report import routes as objection_report
from services.pipeline.order import routes as order
from services.pipeline.payment import routes as payment
from services.pipeline.pipeline import routes as pipeline
from services.pipeline.pipeline_change import routes as pipeline_change
from services.pipeline.product import routes as product
from services.pipeline.progress import routes as progress
from services.pipeline.rep_pipeline import routes as rep_pipeline
from services.pipeline.sale_report import routes as sale_report
from services.pipeline.sales_performance import routes as sales_performance
from services.pipeline.settings import PipelineSettings
from services.pipeline.stage_summary import routes as stage_summary
from services.pipeline.topics import SUBSCRIPTIONS
from shared.persistence.database import Database
from shared.web.app import create_service_app
from shared.web.clock import utc_now
from shared.web.kept_fresh import kept_fresh

ROUTERS = (
    product.router,
    pipeline.router,
    pipeline_change.router,
    gate.router,
    deal_field.router,
    loss_reason.router,
    bulk_edit.router,
    deal_time.router,
    deal.router,
    board.router,
    progress.router,
    deal_need.router,
    objection.router,
    closing.router,
    deal_checklist.router,
    approval.router,
    document.router,
    payment.router,
    deal_team.router,
    deal_split.router,
    deal_contact.router,
    order.router,
    deal_comment.router,
    help_request.router,
    deal_risk.router,
    competitor.router,
    deal_competitor.router,
    intervention.router,
    deal_health.router,
    stage_summary.router,
    rep_pipeline.router,
    closed_business.router,
    funnel.router,
    leak_report.router,
    leak_run.router,
    sale_report.router,
    sales_performance.router,
    issue.router,
    loss_report.router,
    objection_report.router,
    next_product.router,
)
CONSTRAINTS = {
    "uq_issue_key": "issue_open",
    "uq_approval_deal_id_gate_id": "approval_pending",
    "pk_competitor_spelling": "spelling_taken",
    "uq_deal_competitor_deal_id_competitor_id": "already_on_deal",
    "uq_deal_contact_deal_id_contact_id": "already_on_deal",
    "uq_deal_member_deal_id_member_id": "already_on_team",
    "uq_deal_source_system_external_id": "external_id_taken",
    "uq_deal_field_key": "duplicate",
    "uq_loss_reason_outcome_key": "duplicate",
    "uq_product_source_system_external_id": "external_id_taken",
    "uq_sales_order_source_system_external_id": "external_id_taken",
    "fk_deal_product_id_product": "reference_unknown",
}


def create_app(
    settings: PipelineSettings | None = None,
    database: Database | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application. Opens no connection before it is started."""
    settings = settings or PipelineSettings.load()
    database = database or Database(
        settings.pipeline_database_url, name="pipeline", pool_size=settings.database_pool_size
    )
    return create_service_app(
        name="pipeline",
        settings=settings,
        database=database,
        routers=ROUTERS,
        constraint_codes=CONSTRAINTS,
        reads=SUBSCRIPTIONS,
        running=[
            kept_fresh("own fields of deals", KEPT_FIELDS.fresh, seconds=1),
            kept_fresh("reasons for losses", KEPT_REASONS.fresh, seconds=1),
        ],
        now=now,
    )
