"""Prints how well scores of later leads foretell their outcomes, by the code the service uses."""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.scoring.chart import reliability_chart
from deploy.scoring.leads_file import read_leads
from deploy.scoring.references import gradient_boosting, having_seen_all
from services.leads.score_model.domain import model_of
from services.leads.scoring.domain import TEST_SHARE, Outcome, outcome_of
from services.leads.scoring.learning import comparisons
from services.leads.scoring.learning.figures import figures
from services.leads.scoring.learning.learner import calibrate, learn, raw_scores, won_of

_SPLITS = ((1 - TEST_SHARE, 1.0), (0.6, 0.8), (0.5, 0.7), (0.4, 0.6))
_OTHERS = {
    "naive Bayes, as Odoo counts": comparisons.naive_bayes,
    "logistic regression": comparisons.plain_logistic,
    "gradient boosting": gradient_boosting,
    "the same for all": comparisons.base_rate,
}


@dataclass(frozen=True, slots=True)
class Measured:
    """What a model of the earlier outcomes is worth on the later ones, and what others are; seconds for
    learning and for one score."""

    ours: dict[str, Any]
    others: dict[str, dict[str, Any]]
    learning: float
    scoring: float


def main() -> None:
    """The file, and where to draw the reliability of the first split."""
    parser = argparse.ArgumentParser(prog="deploy.scoring", description=__doc__)
    parser.add_argument("leads", type=Path)
    parser.add_argument("--chart", type=Path, help="an SVG file to write")
    given = parser.parse_args()
    if not given.leads.is_file():
        parser.error(f"There is no file {given.leads}.")
    outcomes = [outcome_of({**body, "won": won}) for body, won in read_leads(given.leads)]
    print(f"{len(outcomes)} leads, {won_of(outcomes).mean():.1%} won; every split is by time; AUC / Brier\n")
    print("| learned from | tested on | this model |", *(f"{name} |" for name in _OTHERS))
    print("|---|---|---|" + "---|" * len(_OTHERS))
    first, *_ = [_print_split(outcomes, until, end) for until, end in _SPLITS]
    seen = figures(
        having_seen_all(outcomes, TEST_SHARE), won_of(outcomes[_border(outcomes, 1 - TEST_SHARE) :])
    )
    print(f"\ngradient boosting that has seen the last part too (shuffled, five folds): {_short(seen)}")
    print(f"learned in {first.learning:.0f} s, {1e6 * first.scoring:.0f} us for a score\n")
    _print_reliability(first.ours)
    if given.chart:
        given.chart.write_text(reliability_chart(first.ours["reliability"]), encoding="utf-8")
        print(f"drawn in {given.chart}")


def _print_split(outcomes: Sequence[Outcome], until: float, end: float) -> Measured:
    border = _border(outcomes, until)
    found = _measure(outcomes[:border], outcomes[border : _border(outcomes, end)])
    others = " | ".join(_short(each) for each in found.others.values())
    print(f"| first {until:.0%} | {until:.0%} to {end:.0%} | {_short(found.ours)} | {others} |", flush=True)
    return found


def _measure(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Measured:
    began = time.perf_counter()
    model = model_of(1, learn(earlier))
    learning = time.perf_counter() - began
    began = time.perf_counter()
    scores = calibrate(raw_scores(model, later), model.slope, model.shift)
    scoring = (time.perf_counter() - began) / len(later)
    won = won_of(later)
    others = {name: figures(foretell(earlier, later), won) for name, foretell in _OTHERS.items()}
    return Measured(figures(scores, won), others, learning, scoring)


def _border(outcomes: Sequence[Outcome], share: float) -> int:
    return int(round(share, 6) * len(outcomes))


def _short(found: dict[str, Any]) -> str:
    return f"{found['auc']:.3f} / {found['brier']:.3f}"


def _print_reliability(found: dict[str, Any]) -> None:
    print("| score | leads | mean score | share won |\n|---|---|---|---|")
    for row in found["reliability"]:
        shares = ("-" if row[name] is None else f"{row[name]:.3f}" for name in ("predicted", "observed"))
        print(f"| {row['from']:.1f} to {row['to']:.1f} | {row['leads']} |", " | ".join(shares), "|")


if __name__ == "__main__":
    main()
