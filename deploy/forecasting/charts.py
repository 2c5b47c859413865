"""Pictures of what was measured, as SVG: the same bytes for the same figures."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import pyplot
from matplotlib.figure import Figure

from deploy.forecasting.deals_file import Company
from deploy.forecasting.measure import Point
from deploy.forecasting.report import bins_of_quarters
from services.forecast.prediction.domain.chances import Rows, chances
from services.forecast.prediction.domain.days import month_of_quarter, month_start
from services.forecast.prediction.domain.model import learn

mpl.use("svg")

OLDEST = 160
_STYLE: Any = {
    "svg.hashsalt": "dealstream",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.figsize": (6.4, 3.6),
}


def draw(company: Company, points: Sequence[Point], folder: Path) -> list[Path]:
    """Foretold against true with the range, reliability of chances, and the chance by a deal's age."""
    folder.mkdir(parents=True, exist_ok=True)
    pyplot.switch_backend("svg")
    with mpl.rc_context(_STYLE):
        return [
            _kept(_foretold(points), folder / "forecast-foretold.svg"),
            _kept(_reliability(points), folder / "forecast-reliability.svg"),
            _kept(_ages(company, points[-1].trial.start), folder / "forecast-ages.svg"),
        ]


def _foretold(points: Sequence[Point]) -> Figure:
    figure, axes = pyplot.subplots()
    names = []
    for place, each in enumerate(points):
        said, low, high = (
            amount / 1000 for amount in (each.ours.mean, each.ours.range.p10, each.ours.range.p90)
        )
        axes.plot(
            (place, place), (low, high), color="tab:blue", linewidth=8, alpha=0.35, solid_capstyle="butt"
        )
        axes.plot(place, said, "_", color="tab:blue", markersize=14, markeredgewidth=2)
        axes.plot(place, each.trial.true / 1000, "o", color="black", markersize=5)
        known, until = (date.fromordinal(day - 1) for day in (each.trial.start, each.trial.end))
        names.append(f"{known:%d %b}\nto {until:%d %b}")
    axes.set_xticks(range(len(points)), names, fontsize=7)
    axes.set_ylim(bottom=0)
    axes.set_ylabel("thousands")
    axes.set_title("Foretold (line, 80 % range) and won (dot)", fontsize=10)
    return figure


def _reliability(points: Sequence[Point]) -> Figure:
    bins = [each for each in bins_of_quarters(points) if each.deals]
    figure, axes = pyplot.subplots(figsize=(3.8, 3.6))
    axes.plot((0, 1), (0, 1), color="grey", linewidth=1)
    most = max(each.deals for each in bins)
    axes.scatter(
        [each.chance / each.deals for each in bins],
        [each.won / each.deals for each in bins],
        s=[20 + 200 * each.deals / most for each in bins],
        color="tab:blue",
    )
    axes.set_xlabel("chance foretold")
    axes.set_ylabel("share won")
    axes.set_title("Chances to be won within the quarter", fontsize=10)
    return figure


def _ages(company: Company, day: int) -> Figure:
    """By the model learned by the day: from each age, as the quarter's months begin."""
    model = learn(company.lives, day, worth_by="product")
    ages = np.arange(OLDEST)
    plain = np.ones((1, len(ages)))
    figure, axes = pyplot.subplots()
    start = month_start(day, -month_of_quarter(day))
    for months in range(3):
        begins = month_start(start, months)
        rows = Rows(begins - ages, plain, plain)
        chance = chances(model.hazards, rows, begins, [month_start(begins, 1)])[:, 0]
        axes.plot(ages, chance, label=("first", "second", "last")[months] + " month of the quarter")
    axes.set_xlabel("days open")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("chance to be won in the month")
    axes.set_title("The chance of a deal by its age", fontsize=10)
    axes.legend(frameon=False, fontsize=8)
    return figure


def _kept(figure: Figure, path: Path) -> Path:
    figure.tight_layout()
    figure.savefig(path, format="svg", metadata={"Date": None, "Creator": None})
    pyplot.close(figure)
    return path
