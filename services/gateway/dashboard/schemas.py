"""What the dashboard looks like in the API."""

from pydantic import BaseModel

from services.gateway.upstream.reading import Part


class Dashboard(BaseModel):
    """Each part is what its own path answers for this caller. Parts the role may not read are not there."""

    forecast: Part | None = None
    pipeline: Part | None = None
    deals_closing: Part | None = None
    leads: Part | None = None
    activities_due: Part | None = None
    lead_funnel: Part | None = None
