"""Requests for help to and from their table."""

from services.pipeline.help_request.domain import HelpRequest
from services.pipeline.help_request.tables import help_request
from services.pipeline.records import Records

HELP_REQUESTS = Records(help_request, HelpRequest, "help_request")
