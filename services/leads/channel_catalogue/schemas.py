"""Bodies and answers about unknown channels."""

from pydantic import BaseModel

from services.leads.channel_catalogue.domain import Unknown
from services.leads.record.schemas import Strict


class ChannelSettingsIn(Strict):
    """What becomes of a channel that the catalogue does not know: kept as it was said, or refused (of a push
    or a file: kept in quarantine)."""

    unknown: Unknown


class ChannelSettingsOut(BaseModel):
    """The same with its version, 0 before anything was set."""

    version: int
    unknown: Unknown
