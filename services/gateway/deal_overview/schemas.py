"""What the overview looks like in the API."""

from pydantic import BaseModel

from services.gateway.upstream.reading import Part


class DealOverview(BaseModel):
    """Each part is what its own path answers; `data` is null where the deal has no such link."""

    deal: Part
    history: Part
    account: Part
    contact: Part
    lead: Part
    product: Part
    activities: Part
