"""The reliability of scores as a picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_HERE = Path(__file__).parent
_SIDE, _LEFT, _TOP = 300, 60, 20


def reliability_chart(reliability: Sequence[Mapping[str, Any]]) -> str:
    """An SVG: for each bin of scores a circle at (mean score, share won), the larger the more leads it has,
    and the line on which all of them would lie."""
    most = max(row["leads"] for row in reliability)
    circles = [
        {
            "x": _LEFT + row["predicted"] * _SIDE,
            "y": _TOP + (1 - row["observed"]) * _SIDE,
            "r": 3 + 9 * (row["leads"] / most) ** 0.5,
            "said": f"{row['leads']} leads: score {row['predicted']:.2f}, won {row['observed']:.2f}",
        }
        for row in reliability
        if row["leads"]
    ]
    ticks = [
        {"at": place / 5, "x": _LEFT + place / 5 * _SIDE, "y": _TOP + (1 - place / 5) * _SIDE}
        for place in range(6)
    ]
    pages = Environment(loader=FileSystemLoader(_HERE), undefined=StrictUndefined, autoescape=True)
    return pages.get_template("reliability.svg.j2").render(
        circles=circles, ticks=ticks, side=_SIDE, left=_LEFT, top=_TOP
    )
