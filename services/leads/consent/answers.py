"""The answer about consent."""

from starlette.responses import Response

from services.leads.consent.domain import CHANNELS
from services.leads.consent.schemas import ConsentOut
from services.leads.consent.use_cases.record_consent import Recorded
from services.leads.record.answers import fields_of
from shared.web import json_body


def consent_answer(found: Recorded) -> Response:
    """As ConsentsOut."""
    holds = found.holds
    shown = {
        "items": [fields_of(holds[channel], ConsentOut) for channel in CHANNELS if channel in holds],
        "do_not_contact": list(found.withdrawn),
        "history": [fields_of(each, ConsentOut) for each in found.history],
    }
    return Response(json_body.dumps(shown), media_type="application/json")
