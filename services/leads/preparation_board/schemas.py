"""What `GET /v1/lead-preparation` answers."""

from datetime import datetime

from pydantic import BaseModel

from services.leads.lead.schemas import LeadOut
from services.leads.preparation_board.domain import Step
from shared.reporting.schemas import DefinitionOut


class StepOut(BaseModel):
    """How many leads stand in the step, since when the oldest of them is here, and the newest of them."""

    step: Step
    leads: int
    oldest_created_at: datetime | None
    cards: list[LeadOut]


class PreparationBoard(BaseModel):
    """The steps in order. Each open lead stands in exactly one."""

    leads: int
    steps: list[StepOut]
    definitions: dict[str, DefinitionOut]
