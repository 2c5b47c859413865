"""Prints how well scores of later leads foretell their outcomes, by the code the service uses."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.scoring.leads_file import read_leads
from services.leads.score_model.domain import model_of
from services.leads.scoring.domain import Outcome, outcome_of
from services.leads.scoring.learning import comparisons
from services.leads.scoring.learning.figures import figures
from services.leads.scoring.learning.learner import calibrate, learn, raw_scores, won_of

_SPLITS = ((0.7, 1.0), (0.6, 0.8), (0.5, 0.7), (0.4, 0.6))


def main() -> None:
    """The file is the only argument."""
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_file():
        sys.exit("usage: python -m deploy.scoring leads.csv")
    outcomes = [outcome_of({**body, "won": won}) for body, won in read_leads(Path(sys.argv[1]))]
    print(f"{len(outcomes)} leads, {won_of(outcomes).mean():.1%} won; every split is by time")
    for until, end in _SPLITS:
        earlier = outcomes[: int(until * len(outcomes))]
        later = outcomes[len(earlier) : int(end * len(outcomes))]
        print(f"\nlearned from the first {until:.0%}, tested on the leads from there to {end:.0%}")
        _measure(earlier, later, table=end == 1.0)


def _measure(earlier: Sequence[Outcome], later: Sequence[Outcome], *, table: bool) -> None:
    began = time.perf_counter()
    model = model_of(1, learn(earlier))
    learning = time.perf_counter() - began
    began = time.perf_counter()
    scores = calibrate(raw_scores(model, later), model.slope, model.shift)
    each = (time.perf_counter() - began) / len(later)
    won = won_of(later)
    ours = figures(scores, won)
    compared = {
        "this model": ours,
        "naive Bayes, as Odoo counts": figures(comparisons.naive_bayes(earlier, later), won),
        "plain logistic regression": figures(comparisons.plain_logistic(earlier, later), won),
        "share of won leads for all": figures(comparisons.base_rate(earlier, later), won),
    }
    for name, found in compared.items():
        print(f"  {name:30} AUC {found['auc']:.4f}   Brier {found['brier']:.4f}")
    print(f"  {len(earlier)} learned from in {learning:.1f} s, {1e6 * each:.0f} us for a score")
    for row in ours["reliability"] if table else ():
        shares = [row[name] for name in ("predicted", "observed")]
        told = "  ".join("    -" if share is None else f"{share:.3f}" for share in shares)
        print(f"    {row['from']:.1f} to {row['to']:.1f}: {row['leads']:5} leads, predicted, observed {told}")


if __name__ == "__main__":
    main()
