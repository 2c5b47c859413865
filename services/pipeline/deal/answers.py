"""The answer of every route that gives one deal."""

from fastapi import Response

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.schemas import deal_out
from shared.web import json_body
from shared.web.concurrency import etag


def deal_answer(deal: Deal, *, status: int = 200) -> Response:
    """The deal with its ETag; a new one with its Location."""
    headers = {"ETag": etag(deal.version)}
    if status == 201:
        headers["Location"] = f"/v1/deals/{deal.id}"
    return Response(json_body.dumps(deal_out(deal)), status, headers, media_type="application/json")
