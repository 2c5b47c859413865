"""All tables of this service: what Alembic and the bulk statements see."""

from services.pipeline.account.tables import known_account
from services.pipeline.approval.tables import approval
from services.pipeline.board.tables import deal_place
from services.pipeline.closing.tables import closing
from services.pipeline.competitor.tables import competitor, competitor_spelling
from services.pipeline.deal.tables import deal, deal_clock, deal_clock_past, deal_passage, deal_version
from services.pipeline.deal_activity.tables import deal_activity
from services.pipeline.deal_checklist.tables import deal_task
from services.pipeline.deal_comment.tables import deal_comment
from services.pipeline.deal_competitor.tables import deal_competitor
from services.pipeline.deal_contact.tables import deal_contact, deal_contact_move
from services.pipeline.deal_field.tables import deal_field
from services.pipeline.deal_need.tables import deal_need
from services.pipeline.deal_origin.tables import deal_origin
from services.pipeline.deal_risk.tables import deal_risk
from services.pipeline.deal_split.tables import deal_split
from services.pipeline.deal_team.tables import deal_member
from services.pipeline.document.tables import document
from services.pipeline.help_request.tables import help_request
from services.pipeline.intervention.tables import intervention
from services.pipeline.issue.tables import issue
from services.pipeline.leak_run.tables import leak_run
from services.pipeline.loss_reason.tables import loss_reason
from services.pipeline.objection.tables import objection
from services.pipeline.order.tables import sales_order, sales_order_line
from services.pipeline.payment.tables import payment, payment_plan
from services.pipeline.pipeline.tables import pipeline, pipeline_version, stage
from services.pipeline.pipeline_change.tables import pipeline_change
from services.pipeline.product.tables import product
from services.pipeline.tables import metadata

__all__ = [
    "approval",
    "closing",
    "competitor",
    "competitor_spelling",
    "deal",
    "deal_activity",
    "deal_clock",
    "deal_clock_past",
    "deal_comment",
    "deal_competitor",
    "deal_contact",
    "deal_contact_move",
    "deal_field",
    "deal_member",
    "deal_need",
    "deal_origin",
    "deal_passage",
    "deal_place",
    "deal_risk",
    "deal_split",
    "deal_task",
    "deal_version",
    "document",
    "help_request",
    "intervention",
    "issue",
    "known_account",
    "leak_run",
    "loss_reason",
    "metadata",
    "objection",
    "payment",
    "payment_plan",
    "pipeline",
    "pipeline_change",
    "pipeline_version",
    "product",
    "sales_order",
    "sales_order_line",
    "stage",
]
