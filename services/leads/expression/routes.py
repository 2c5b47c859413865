"""`/v1/expressions`."""

from dataclasses import asdict

from fastapi import Response

from services.leads.expression.domain import compile_expression
from services.leads.expression.schemas import Check, Checked, Variables
from services.leads.expression.use_cases.check_expression import check_expression
from services.leads.expression.variables import DOCUMENTED
from shared.expression.faults import DEEPEST, LONGEST
from shared.expression.vocabulary import FUNCTIONS
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/expressions", tags=["expressions"])
_READ = permission("leads:read")


@router.get("/variables", response_model=Variables, openapi_extra=_READ, summary="What expressions may name")
async def get_variables() -> Response:
    """Fields with type and example, functions, and limits (characters, nesting of brackets).

    Expressions are written in the Common Expression Language (https://cel.dev). What a lead does not have is
    absent: a condition that needs it is unknown and does not hold; `has(lead.company)` asks for it.
    """
    shown = {
        "variables": [asdict(variable) for variable in DOCUMENTED],
        "functions": sorted(FUNCTIONS),
        "limits": {"characters": LONGEST, "nesting": DEEPEST},
    }
    return Response(json_body.dumps(shown), media_type="application/json")


@router.post("/check", response_model=Checked, openapi_extra=_READ, summary="Try an expression")
async def post_check(body: Check, connection: Reading, caller: Caller, now: Now) -> Response:
    """Checks it and, with `lead_id`, runs it on that lead. Nothing is written.

    `uses`: the fields it names; `result`: true, false, a number or a text, null without a lead or when there
    is none, `failure` then says why. Problems: 404 `lead_not_found`; 422 `expression_invalid` with `line`,
    `column` and `position` of the fault.
    """
    expression = compile_expression(body.expression)
    checked = await check_expression(connection, caller, expression, body.lead_id, now=now)
    return Response(json_body.dumps(checked), media_type="application/json")
