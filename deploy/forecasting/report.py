"""What was measured as tables of at most 80 letters, in Markdown."""

from collections.abc import Iterable, Sequence
from datetime import date

from deploy.forecasting.baselines import BASELINES
from deploy.forecasting.deals_file import Company
from deploy.forecasting.measure import (
    ALL_PARTS,
    METHODS,
    MONTH,
    OURS,
    QUARTER,
    Point,
    Score,
    coverage,
    measure,
    score,
)
from services.forecast.prediction.domain.blend import GROUPS, MODEL
from services.forecast.prediction.domain.reliability import Bin, added, brier
from services.forecast.prediction.domain.walk import WEIGHTED_PIPELINE

CUTS = {
    "the whole": (),
    "teams": ("team",),
    "products": ("product",),
    "both": ("team", "product"),
    "owners": ("owner",),
}
SHORT = {
    OURS: "ours",
    MODEL: "model",
    "last_period": "last period",
    "same_months_of_last_quarter": "last quarter",
    "same_period_last_year": "last year",
    WEIGHTED_PIPELINE: "weighted",
}


def report(company: Company, points: Sequence[Point]) -> str:
    """Everything, one table after the other."""
    return "\n\n".join(
        (
            *("\n".join(each) for each in (_foretold(points), _others(points), _errors(points))),
            *_without_past(points),
            _lowest(points),
            *("\n".join(each) for each in (_of_parts(points), _coverage(points), _held(points))),
            *("\n".join(each) for each in (_weights(points), _worth(company, points))),
            "\n".join(_reliability(points)),
        )
    )


def bins_of_quarters(points: Sequence[Point]) -> tuple[Bin, ...]:
    """What became of the open deals' chances to be won within the quarter."""
    return added([each.trial.bins for each in points if each.horizon == QUARTER])


def _foretold(points: Sequence[Point]) -> Iterable[str]:
    yield "Amounts in thousands. Known at the end of a day, foretold until another:\n"
    yield from _table(
        ("known", "until", "won", "ours", "80 % range", "held", "off"),
        (
            (
                *_days(each),
                _thousands(each.trial.true),
                _thousands(each.ours.mean),
                f"{_thousands(each.ours.range.p10)} to {_thousands(each.ours.range.p90)}",
                "yes" if each.ours.inside else "no",
                f"{each.ours.mean / each.trial.true - 1:+.0%}",
            )
            for each in points
        ),
    )


def _others(points: Sequence[Point]) -> Iterable[str]:
    yield "What the model alone said, and simple methods: as long a time just before, the"
    yield "same months of the last quarter or year, deals due x list price x share won.\n"
    methods = [each for each in (MODEL, *BASELINES) if score(points, each)]
    yield from _table(
        ("known", "until", *(SHORT[each] for each in methods)),
        (
            (
                *_days(point),
                *(_thousands(said.mean) if (said := point.by_method.get(each)) else "-" for each in methods),
            )
            for point in points
        ),
    )


def _errors(points: Sequence[Point]) -> Iterable[str]:
    yield "Mean absolute error, that as a share of what was won (WAPE), and bias:\n"
    yield from _table(
        ("method", MONTH, QUARTER, "all", "WAPE", "bias"),
        (
            (
                SHORT[method],
                *(_error(score(points, method, horizon)) for horizon in (MONTH, QUARTER)),
                _error(whole),
                f"{whole.wape:.1%}" if whole else "-",
                f"{whole.bias:+.1%}" if whole else "",
            )
            for method in METHODS
            for whole in [score(points, method)]
        ),
    )


def _lowest(points: Sequence[Point]) -> str:
    errors = {each: found.error for each in METHODS if (found := score(points, each))}
    best, *others = sorted(errors, key=lambda each: errors[each])
    first, second = (f"{SHORT[each]} ({_thousands(errors[each])})" for each in (best, others[0]))
    return f"The lowest error on average: {first}; next: {second}."


def _weights(points: Sequence[Point]) -> Iterable[str]:
    yield "What ours was made of, by what each was worth in n trials before, and how far"
    yield "the whole and parts may be off beyond luck:\n"
    yield from _table(
        ("known", "weights", "n", "whole", *(f"{each}s" for each in GROUPS)),
        (
            (
                _days(each)[0][5:],
                ", ".join(f"{SHORT[name]} {weight:.0%}" for name, weight in each.blend.weights.items()),
                str(each.blend.trials[MODEL]),
                f"{spread:.0%}",
                *(f"{each.blend.spread_of_parts(spread)[group]:.0%}" for group in GROUPS),
            )
            for each in points
            if each.horizon == MONTH
            for spread in [each.blend.spread_at(each.trial.foretold)]
        ),
    )


def _without_past(points: Sequence[Point]) -> Iterable[str]:
    for each in METHODS:
        if score(points, each) is None:
            yield f"No figure of {SHORT[each]}: deals are known for too short a time."


def _of_parts(points: Sequence[Point]) -> Iterable[str]:
    yield "WAPE over the parts: what each team, product or owner is off, added up.\n"
    yield from _table(
        ("method", *CUTS),
        (
            (
                SHORT[method],
                *(
                    f"{found.wape:.1%}" if (found := score(points, method, None, *cut)) else "-"
                    for cut in CUTS.values()
                ),
            )
            for method in METHODS
        ),
    )


def _coverage(points: Sequence[Point]) -> Iterable[str]:
    yield "How often the 80 % range held what came:\n"
    yield from _table(
        ("ranges of", MONTH, QUARTER, "all"),
        (
            (name, *(_share(*coverage(points, *cut, horizon=each)) for each in (MONTH, QUARTER, None)))
            for name, cut in CUTS.items()
        ),
    )


def _held(points: Sequence[Point]) -> Iterable[str]:
    yield "The same of each method. A simple one's range is made as ours is: of luck (that"
    yield "of its own deals, too) and of the errors that it made in the past.\n"
    yield from _table(
        ("method", *CUTS),
        (
            (SHORT[method], *(_share(*coverage(points, *cut, method=method)) for cut in CUTS.values()))
            for method in METHODS
        ),
    )


def _worth(company: Company, points: Sequence[Point]) -> Iterable[str]:
    yield "What each part is worth: the mean absolute error without it.\n"
    walks = {"with all": points} | {
        f"without {each}": measure(company, ALL_PARTS - {each}) for each in sorted(ALL_PARTS)
    }
    yield from _table(
        ("", "ours", "model"),
        ((name, *(_error(score(found, each)) for each in (OURS, MODEL))) for name, found in walks.items()),
    )


def _reliability(points: Sequence[Point]) -> Iterable[str]:
    bins = bins_of_quarters(points)
    deals, won = sum(each.deals for each in bins), sum(each.won for each in bins)
    plain = won / deals * (1 - won / deals)
    yield f"Chances of open deals to be won within the quarter: {deals} chances, {won} won."
    yield f"Brier score {brier(bins):.3f}; of the same chance for all {plain:.3f}.\n"
    yield from _table(
        ("chance", "deals", "mean chance", "share won"),
        (
            (
                f"{each.low:.1f} to {each.high:.1f}",
                str(each.deals),
                f"{each.chance / each.deals:.3f}",
                f"{each.won / each.deals:.3f}",
            )
            for each in bins
            if each.deals
        ),
    )


def _days(point: Point) -> tuple[str, str]:
    """The last days before the span and of it."""
    return str(date.fromordinal(point.trial.start - 1)), str(date.fromordinal(point.trial.end - 1))


def _thousands(amount: float) -> str:
    return f"{amount / 1000:,.0f}"


def _error(found: Score | None) -> str:
    return _thousands(found.error) if found else "-"


def _share(inside: int, of: int) -> str:
    return f"{inside / of:.0%} of {of}" if of else "-"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    """First columns to the left, the others to the right."""
    lines = [tuple(head), *(tuple(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    ruler = tuple("-" * width for width in widths)
    for line in (lines[0], ruler, *lines[1:]):
        cells = [
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield f"| {' | '.join(cells)} |"
