"""`/v1/gates`: what gates may be made of."""

from dataclasses import asdict

from fastapi import Response

from services.pipeline.deal_field.use_cases.know_fields import own_fields
from services.pipeline.gate.domain import KINDS, OWN
from services.pipeline.gate.inputs import INPUTS, input_of
from services.pipeline.gate.schemas import Vocabulary
from services.pipeline.gate.variables import DOCUMENTED
from shared.expression.faults import DEEPEST, LONGEST
from shared.expression.vocabulary import FUNCTIONS
from shared.web import json_body
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/gates", tags=["pipelines"])


@router.get(
    "/variables",
    response_model=Vocabulary,
    openapi_extra=permission("pipelines:read"),
    summary="What gates may name",
)
async def get_variables(_: Caller, connection: Reading) -> Response:
    """Kinds of gates, fields that `required_fields` may ask for (own fields as `custom.key`), and what an
    `expression` (Common Expression Language, https://cel.dev) may name and call, with its limits in
    characters and nesting of brackets."""
    fields = (await own_fields(connection)).fields.values()
    own = {f"{OWN}{each.key}": dict(input_of(f"{OWN}{each.key}")) for each in fields if each.active}
    shown = {
        "kinds": KINDS,
        "fields": {name: dict(of) for name, of in INPUTS.items()} | own,
        "variables": [asdict(variable) for variable in DOCUMENTED],
        "functions": sorted(FUNCTIONS),
        "limits": {"characters": LONGEST, "nesting": DEEPEST},
    }
    return Response(json_body.dumps(shown), media_type="application/json")
