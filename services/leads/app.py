"""The leads API: settings, database, routers. Wiring only."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI

from services.leads.account import routes as account
from services.leads.activity import routes as activity
from services.leads.audience import routes as audience
from services.leads.call_preparation import routes as call_preparation
from services.leads.campaign import routes as campaign
from services.leads.categorisation import routes as categorisation
from services.leads.category import routes as category
from services.leads.channel_catalogue import routes as channel_catalogue
from services.leads.channel_catalogue.use_cases.name_channels import fresh_catalogue
from services.leads.channel_report import routes as channel_report
from services.leads.claim import routes as claim
from services.leads.contact import consent_routes as contact_consent
from services.leads.contact import routes as contact
from services.leads.deployment import routes as deployment
from services.leads.duplicate import routes as duplicate
from services.leads.duplicate_policy import routes as duplicate_policy
from services.leads.expression import routes as expression
from services.leads.fit import routes as fit
from services.leads.follow_up import routes as follow_up
from services.leads.handover import routes as handover
from services.leads.import_job import routes as import_job
from services.leads.inquiry import routes as inquiry
from services.leads.intake import routes as intake
from services.leads.lead import contact_point_routes as lead_contact_point
from services.leads.lead import form_routes as lead_form
from services.leads.lead import routes as lead
from services.leads.lead_source import routes as lead_source
from services.leads.lead_tactic import routes as lead_tactic
from services.leads.lead_usage import routes as lead_usage
from services.leads.matching import routes as matching
from services.leads.merge import routes as merge
from services.leads.need import account_routes as need_of_account
from services.leads.need import routes as need
from services.leads.need import tag_routes as need_tag
from services.leads.nurture import routes as nurture
from services.leads.partner_program import routes as partner_program
from services.leads.partner_report import routes as partner_report
from services.leads.preparation_board import routes as preparation_board
from services.leads.pursuit import routes as pursuit
from services.leads.quarantine import routes as quarantine
from services.leads.queue import routes as queue
from services.leads.response import routes as response
from services.leads.responsibility import routes as responsibility
from services.leads.routing import routes as routing
from services.leads.routing import territory_routes as routing_territory
from services.leads.routing_effect import routes as routing_effect
from services.leads.routing_rule import routes as routing_rule
from services.leads.score_model.use_cases.current_model import fresh_model
from services.leads.score_rule import routes as score_rule
from services.leads.scoring import routes as scoring
from services.leads.segment import routes as segment
from services.leads.seller import routes as seller
from services.leads.settings import LeadsSettings
from services.leads.source_idea import routes as source_idea
from services.leads.spreadsheet.domain import MOST_BYTES
from services.leads.suggestion import routes as suggestion
from services.leads.territory import routes as territory
from services.leads.web_form import public_routes as public_form
from services.leads.web_form import routes as web_form
from shared.contracts.catalogue import subscriptions
from shared.persistence.database import Database
from shared.web.app import create_service_app
from shared.web.clock import utc_now
from shared.web.kept_fresh import kept_fresh
from shared.web.settings import MEBIBYTE

UPLOAD_BYTES = MOST_BYTES + MEBIBYTE
"""An upload: the file, and what stands beside it in the form."""
ROUTERS = (
    claim.router,
    queue.router,
    routing.router,
    routing_territory.router,
    territory.router,
    categorisation.lead_router,
    lead_usage.router,
    response.router,
    nurture.lead_router,
    routing_rule.router,
    seller.router,
    lead.router,
    lead_contact_point.router,
    score_rule.router,
    scoring.router,
    scoring.of_leads,
    lead_form.router,
    intake.router,
    quarantine.router,
    inquiry.router,
    account.router,
    contact.router,
    contact_consent.router,
    activity.router,
    web_form.router,
    public_form.router,
    expression.router,
    import_job.router,
    matching.router,
    duplicate.router,
    duplicate_policy.router,
    category.router,
    categorisation.router,
    nurture.router,
    audience.router,
    need.router,
    need_of_account.router,
    need_tag.router,
    fit.router,
    pursuit.router,
    merge.router,
    follow_up.router,
    lead_source.router,
    campaign.router,
    channel_catalogue.router,
    partner_program.router,
    partner_report.router,
    channel_report.router,
    handover.router,
    responsibility.router,
    routing_effect.router,
    deployment.router,
    lead_tactic.router,
    source_idea.router,
    call_preparation.router,
    suggestion.router,
    segment.router,
    preparation_board.router,
)


def create_app(
    settings: LeadsSettings | None = None,
    database: Database | None = None,
    now: Callable[[], datetime] = utc_now,
) -> FastAPI:
    """The application; without arguments from the environment. Opens no connection by itself."""
    settings = settings or LeadsSettings.load()
    return create_service_app(
        name="leads",
        settings=settings,
        database=database
        or Database(settings.leads_database_url, name="leads-api", pool_size=settings.database_pool_size),
        routers=ROUTERS,
        reads=subscriptions("leads"),
        body_limits={"/v1/imports": UPLOAD_BYTES},
        running=[
            kept_fresh("the model in service", fresh_model, seconds=1),
            kept_fresh("words of channels", fresh_catalogue, seconds=5),
        ],
        now=now,
    )
