"""`GET /v1/lead-funnel`."""

from typing import Annotated, Any

from fastapi import Query

from services.forecast.lead_funnel.domain import DEFINITIONS, Counts, conversions, yield_per_lead
from services.forecast.lead_funnel.queries import GroupBy, counts_by_group
from services.forecast.lead_funnel.schemas import ConversionOut, FunnelGroupOut, LeadFunnelOut
from services.forecast.lead_ledger.queries import last_event_at
from services.forecast.tables import ORGANISATION
from shared.organisation.queries import load_organisation
from shared.reporting.asked import question_of
from shared.reporting.figures import MOST_GROUPS, defined, known_money, money, period_shown
from shared.reporting.parameters import AskedPeriod
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading

router = ServiceRouter(prefix="/v1/lead-funnel", tags=["forecast"])


@router.get(
    "",
    response_model=LeadFunnelOut,
    response_model_exclude_unset=True,
    openapi_extra=permission("lead_funnel:read"),
    summary="How far the leads of a period got",
)
async def get_lead_funnel(
    *,
    connection: Reading,
    caller: Caller,
    now: Now,
    asked: AskedPeriod,
    group_by: Annotated[
        GroupBy | None, Query(description="By the lead's source, present owner, partner or campaign.")
    ] = None,
) -> LeadFunnelOut:
    """The cohort of leads created in the period, counted by the step each reached (by `as_of`), within the
    caller's scope. Ratios are null when the divisor is 0.

    Problems: 400 `period_invalid`, `invalid_parameter`, `unknown_parameter`.
    """
    organisation = await load_organisation(connection, ORGANISATION)
    question = question_of(asked, organisation.calendar, now=now)
    currency = organisation.base_currency
    counts = await counts_by_group(
        connection, question, identity=caller, currency=currency, group_by=group_by
    )
    groups = [] if group_by is None else _largest_first(counts)
    period = question.period
    when = (
        f"{period.name}: leads created from {period.starts_on} to {period.ends_on} in the organisation's "
        "time zone; later steps whenever they came."
    )
    return LeadFunnelOut(
        period=period_shown(period),
        as_of=question.as_of or now,
        currency=currency,
        group_by=group_by,
        groups=[
            FunnelGroupOut.model_validate({_key(group_by): key, **_figures(each, currency)})
            for key, each in groups[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        last_event_at=await last_event_at(connection),
        definitions=defined(DEFINITIONS, when),
        **_figures(sum(counts.values(), Counts()), currency),
    )


def _key(group_by: GroupBy | None) -> str:
    return f"{group_by}_id" if group_by in ("owner", "partner") else str(group_by)


def _largest_first(counts: dict[object, Counts]) -> list[tuple[object, Counts]]:
    return sorted(counts.items(), key=lambda group: (group[0] is None, -group[1].received, str(group[0])))


def _figures(counts: Counts, currency: str) -> dict[str, Any]:
    return {
        "received": counts.received,
        "contacted": counts.contacted,
        "qualified": counts.qualified,
        "converted": counts.converted,
        "won": counts.won,
        "disqualified": counts.disqualified,
        "won_amount": money(counts.won_amount, currency),
        "yield_per_lead": known_money(yield_per_lead(counts), currency),
        "conversion": ConversionOut.model_validate(conversions(counts)),
    }
