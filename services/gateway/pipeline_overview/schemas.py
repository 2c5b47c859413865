"""What the three pipelines look like in the API."""

from pydantic import BaseModel

from services.gateway.upstream.reading import Part


class PipelineOverview(BaseModel):
    """`almost_closed` and `for_later` as in `GET /v1/pipeline/summary`, with the dates they are expected at.

    `leads`: open leads, count and expected value in base currency by status; a lead has no date it is
    expected at. A part the role may not read is not there.
    """

    almost_closed: Part
    for_later: Part
    leads: Part | None = None
    definitions: dict[str, str]


DEFINITIONS = {
    "almost_closed": "Open deals in the forecast categories commit and most_likely.",
    "for_later": "All other open deals, to be developed further.",
    "leads": "Leads that are new, contacted or qualified, with their expected values at the newest rates.",
}
