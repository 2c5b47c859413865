"""The results of a scenario as the API shows them."""

from decimal import Decimal
from typing import Any

from services.forecast.scenario.definitions import DEFINITIONS
from services.forecast.scenario.domain import Figures, Hit, summed
from services.forecast.scenario.schemas import (
    AccountHitOut,
    ConcentrationOut,
    DealHitOut,
    EffectOut,
    FiguresOut,
    GroupBy,
    GroupOut,
    ResultsOut,
)
from services.forecast.scenario.use_cases.play_scenario import MOST_HITS, Results
from shared.reporting.figures import MOST_GROUPS, defined, money, period_shown, ratio

_ZERO = Decimal(0)


def results_out(found: Results, group_by: GroupBy | None) -> ResultsOut:
    """The whole answer."""
    period, currency = found.question.period, found.currency
    when = (
        f"{period.name}: {period.starts_on} to {period.ends_on}; open deals by expected close, won ones by "
        "closing date, in the organisation's time zone."
    )
    groups = _groups(found, group_by)
    return ResultsOut(
        scenario=found.scenario,
        period=period_shown(period),
        as_of=found.as_of,
        currency=currency,
        target=None if found.target is None else money(found.target, currency),
        before=_figures(found.played.before, found),
        after=_figures(found.played.after, found),
        difference=money(found.played.after.forecast - found.played.before.forecast, currency),
        effects=[
            EffectOut(
                assumption=assumption,
                forecast=money(alone, currency),
                difference=money(alone - found.played.before.forecast, currency),
            )
            for assumption, alone in zip(found.scenario.assumptions, found.played.alone, strict=True)
        ],
        group_by=group_by,
        groups=groups[:MOST_GROUPS],
        groups_left_out=max(len(groups) - MOST_GROUPS, 0),
        deals=[DealHitOut(deal_id=hit.key, **_hit(hit, currency)) for hit in found.played.deals[:MOST_HITS]],
        deals_hit=len(found.played.deals),
        accounts=[
            AccountHitOut(
                account_id=hit.key,
                name=found.names.get(hit.key),
                won_last_year=money(found.won.get(hit.key, _ZERO), currency),
                **_hit(hit, currency),
            )
            for hit in found.played.accounts[:MOST_HITS]
        ],
        accounts_hit=len(found.played.accounts),
        concentration=[
            ConcentrationOut(largest=size, before=share, after=found.played.shares_after[size])
            for size, share in found.played.shares_before.items()
        ],
        definitions=defined(DEFINITIONS, when),
    )


def _figures(figures: Figures, found: Results) -> FiguresOut:
    currency, target = found.currency, found.target
    names = ("closed", "commit", "most_likely", "best_case", "open_pipeline", "forecast")
    amounts: dict[str, Any] = {name: money(getattr(figures, name), currency) for name in names}
    return FiguresOut(
        **amounts,
        leads_to_come=money(figures.leads, currency) if found.leads_known else None,
        open_deals=figures.deals,
        expected_gap_to_target=None if target is None else money(target - figures.forecast, currency),
        expected_attainment=None if target is None else ratio(figures.forecast, target),
    )


def _hit(hit: Hit, currency: str) -> dict[str, Any]:
    return {
        "before": money(hit.before, currency),
        "after": money(hit.after, currency),
        "difference": money(hit.difference, currency),
    }


def _groups(found: Results, group_by: GroupBy | None) -> list[GroupOut]:
    if group_by is None:
        return []
    key, played = f"{group_by}_id", found.played
    keys = [getattr(deal, key) for deal in played.all_deals]
    before_of, after_of = summed(keys, played.worth_before), summed(keys, played.worth_after)
    ordered = sorted(before_of, key=lambda each: (each is None, -before_of[each], str(each)))
    return [
        GroupOut.model_validate(
            {
                key: group,
                "before": money(before_of[group], found.currency),
                "after": money(after_of[group], found.currency),
                "difference": money(after_of[group] - before_of[group], found.currency),
            }
        )
        for group in ordered
    ]
