"""Answers about the effect of routing."""

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, PlainSerializer

from services.leads.routing_effect.domain import Method, Verdict
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Minutes = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class AssignedLeads(BaseModel):
    """One of the two groups. `median_minutes` is null while nobody was spoken with."""

    leads: int
    converted: int
    conversion: Ratio | None
    contacted: int
    median_minutes: Minutes | None


class Difference(BaseModel):
    """`difference`: matched less other (a share, or minutes). `p_value`: how likely so great a difference is
    when there is none; below 0.05 it is called an effect. All null while there are too few leads."""

    difference: Ratio | None
    method: Method | None
    p_value: Ratio | None
    significant: bool | None
    verdict: Verdict


class RoutingEffect(BaseModel):
    """Leads that went to fitting skills beside leads that were assigned otherwise."""

    period: PeriodOut
    state: Literal["ok", "insufficient_history"]
    needed_in_each_group: int
    matched: AssignedLeads
    otherwise: AssignedLeads
    conversion: Difference
    response_time: Difference
    definitions: dict[str, DefinitionOut]
