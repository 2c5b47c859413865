"""`/v1/analytics/routing-effect`."""

from services.leads.routing_effect.schemas import RoutingEffect
from services.leads.routing_effect.use_cases.compare_routing import compare_routing
from shared.reporting.parameters import PresentPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/analytics", tags=["analytics"])


@router.get(
    "/routing-effect",
    response_model=RoutingEffect,
    openapi_extra=permission("routing:read"),
    summary="Whether routing by skills does better, or whether that is chance",
)
async def get_routing_effect(
    *, connection: Reading, caller: Caller, now: Now, asked: PresentPeriod
) -> RoutingEffect:
    """Leads created in the period within the caller's scope whose first owner was chosen by skills, beside
    those assigned in any other way: conversion and minutes to the first contact, each with a test of
    significance, so that chance is not called an effect. With fewer than 20 leads in a group nothing is said
    (`insufficient_history`). Costs two queries over the leads of the period, by index.

    Problems: 400 `period_invalid`; 503 `organisation_unknown`.
    """
    return await compare_routing(connection, caller, asked, now=now)
