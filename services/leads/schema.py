"""Every table of the leads database: what Alembic compares with."""

from services.leads.account import tables as account
from services.leads.activity import tables as activity
from services.leads.audience import tables as audience
from services.leads.call_preparation import tables as call_preparation
from services.leads.campaign import tables as campaign
from services.leads.categorisation import tables as categorisation
from services.leads.category import tables as category
from services.leads.channel_catalogue import tables as channel_catalogue
from services.leads.channel_report import tables as channel_report
from services.leads.consent import tables as consent
from services.leads.contact import tables as contact
from services.leads.deal_link import tables as deal_link
from services.leads.duplicate import tables as duplicate
from services.leads.duplicate_policy import tables as duplicate_policy
from services.leads.fit import tables as fit
from services.leads.follow_up import tables as follow_up
from services.leads.import_job import tables as import_job
from services.leads.inquiry import tables as inquiry
from services.leads.intake import tables as intake
from services.leads.lead import tables as lead
from services.leads.lead_tactic import tables as lead_tactic
from services.leads.matching import tables as matching
from services.leads.merge import tables as merge
from services.leads.need import tables as need
from services.leads.nurture import tables as nurture
from services.leads.partner import tables as partner
from services.leads.partner_program import tables as partner_program
from services.leads.product import tables as product
from services.leads.pursuit import tables as pursuit
from services.leads.queue import tables as queue
from services.leads.response import tables as response
from services.leads.responsibility import tables as responsibility
from services.leads.routing import tables as routing
from services.leads.routing_rule import tables as routing_rule
from services.leads.score_model import tables as score_model
from services.leads.score_rule import tables as score_rule
from services.leads.scoring import tables as scoring
from services.leads.segment import tables as segment
from services.leads.seller import tables as seller
from services.leads.setting_history import tables as setting_history
from services.leads.source_idea import tables as source_idea
from services.leads.suggestion import tables as suggestion
from services.leads.tables import metadata
from services.leads.territory import tables as territory
from services.leads.touch import tables as touch
from services.leads.web_form import tables as web_form

__all__ = [
    "account",
    "activity",
    "audience",
    "call_preparation",
    "campaign",
    "categorisation",
    "category",
    "channel_catalogue",
    "channel_report",
    "consent",
    "contact",
    "deal_link",
    "duplicate",
    "duplicate_policy",
    "fit",
    "follow_up",
    "import_job",
    "inquiry",
    "intake",
    "lead",
    "lead_tactic",
    "matching",
    "merge",
    "metadata",
    "need",
    "nurture",
    "partner",
    "partner_program",
    "product",
    "pursuit",
    "queue",
    "response",
    "responsibility",
    "routing",
    "routing_rule",
    "score_model",
    "score_rule",
    "scoring",
    "segment",
    "seller",
    "setting_history",
    "source_idea",
    "suggestion",
    "territory",
    "touch",
    "web_form",
]
