"""A model as plain numbers and names, to be kept as JSON, and back."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from services.forecast.prediction.domain.calibration import Calibration
from services.forecast.prediction.domain.coming import Creation
from services.forecast.prediction.domain.hazards import Hazards, Risk
from services.forecast.prediction.domain.lives import Floats, Ints
from services.forecast.prediction.domain.model import Model
from services.forecast.prediction.domain.standing import Standing
from services.forecast.prediction.domain.worth import Worth


def to_json(model: Model) -> dict[str, Any]:
    """Nothing but dicts, lists, strings and numbers."""
    plain: dict[str, Any] = _plain(asdict(model))
    return plain


def from_json(plain: Mapping[str, Any]) -> Model:
    """The model that `to_json` was given."""
    hazards, standing, worth = plain["hazards"], plain["standing"], plain["worth"]
    return Model(
        day=plain["day"],
        names=_names(plain["names"]),
        hazards=Hazards(
            won=_risk(hazards["won"]),
            lost=_risk(hazards["lost"]),
            closings=_counts(hazards["closings"]),
            fiscal_year_start_month=hazards["fiscal_year_start_month"],
        ),
        standing=Standing(
            names=_names(standing["names"]),
            won=_columns(standing["won"]),
            lost=_columns(standing["lost"]),
            closings=_counts(standing["closings"]),
            amounts=tuple(standing["amounts"]),
        ),
        worth=Worth(**{**worth, "mean": np.array(worth["mean"]), "square": np.array(worth["square"])}),
        creation=Creation(**{**plain["creation"], "season": tuple(plain["creation"]["season"])}),
        calibration=Calibration(**plain["calibration"]),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    return value


def _risk(plain: Mapping[str, Any]) -> Risk:
    return Risk(np.array(plain["rate"], np.float64), _columns(plain["effects"]))


def _names(plain: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(each) for name, each in plain.items()}


def _columns(plain: Mapping[str, Any]) -> dict[str, Floats]:
    return {name: np.array(each, np.float64) for name, each in plain.items()}


def _counts(plain: Mapping[str, Any]) -> dict[str, Ints]:
    return {name: np.array(each, np.int64) for name, each in plain.items()}
