"""A folder of CSV files as the lives that the forecast learns from.

The file says how deals stood at its end. So a deal's account is left out: every deal that closed has one,
many that never did have none, and nobody knows when it was written down: earlier it would tell the future.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from deploy.importing.mapping import Mapping, mapping_for
from deploy.importing.source import Findings, Row, read_rows
from services.forecast.prediction.domain.days import NEVER
from services.forecast.prediction.domain.lives import Factor, Lives, factor


@dataclass(frozen=True, slots=True)
class Company:
    """Its deals; the parts whose figures are followed; list prices; the first day after the file."""

    lives: Lives
    groups: dict[str, Factor]
    price: np.ndarray[tuple[int], np.dtype[np.float64]]
    end: int


def read_company(folder: Path) -> Company:
    """What has dates of its own. A folder, file or column that is not there ends the program and is named."""
    if not folder.is_dir():
        raise SystemExit(f"There is no folder {folder}.")
    mapping = mapping_for(folder)
    columns, products, teams = mapping.deals, mapping.products, mapping.teams
    reps = _rows(folder / teams.file, (teams.rep, teams.manager))
    manager = {row[teams.rep]: row[teams.manager] for row in reps}
    prices = {
        row[products.name]: float(row[products.list_price])
        for row in _rows(folder / products.file, (products.name, products.list_price))
    }
    wanted = (
        columns.rep,
        columns.product,
        columns.stage,
        columns.opened_on,
        columns.closed_on,
        columns.amount,
    )
    deals = [row for row in _rows(folder / columns.file, wanted, mapping) if row[columns.opened_on]]
    if not deals:
        raise SystemExit(f"{folder / columns.file} holds no deal with a date.")
    lives = _lives(deals, mapping)
    team = factor([manager.get(row[columns.rep], "no team") for row in deals])
    last = max(int(lives.created.max()), int(lives.closed[lives.closed < NEVER].max(initial=0)))
    return Company(
        lives=lives,
        groups={"team": team, **lives.factors},
        price=np.array([prices.get(row[columns.product], np.nan) for row in deals]),
        end=last + 1,
    )


def _lives(deals: list[Row], mapping: Mapping) -> Lives:
    columns = mapping.deals
    outcome = [columns.stages[row[columns.stage]].outcome for row in deals]
    return Lives(
        created=np.array([_day(row[columns.opened_on]) for row in deals]),
        closed=np.array([_day(row[columns.closed_on]) if row[columns.closed_on] else NEVER for row in deals]),
        won=np.array([each == "won" for each in outcome]),
        amount=np.array([float(row[columns.amount] or "nan") for row in deals]),
        factors={
            "product": factor([row[columns.product] for row in deals]),
            "owner": factor([row[columns.rep] for row in deals]),
        },
    )


def _day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _rows(path: Path, columns: tuple[str, ...], mapping: Mapping | None = None) -> list[Row]:
    corrections = mapping.deals.corrections if mapping else {}
    try:
        rows = read_rows(path, corrections, Findings(), lambda row: path.name)
    except KeyError as missing:
        raise SystemExit(f"{path} has no column {missing}.") from missing
    missing_columns = [each for each in columns if rows and each not in rows[0]]
    if missing_columns:
        raise SystemExit(f"{path} has no column {', '.join(missing_columns)}.")
    return rows
