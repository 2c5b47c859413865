"""How an open deal stands: its stage and how long, its pushes, the silence, its amount, its account's past.

Each sign has levels, read off at a day from what was known then; one whose track is missing is left out.
"""

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from services.forecast.prediction.domain.lives import Floats, Ints, Lives, Track

SIGNS = ("stage", "stage_age", "pushes", "silence", "amount", "account")
_TRACK_OF = {"stage_age": "stage", "silence": "activity"}
STAGE_AGES = (8, 15, 31, 61, 121)
SILENCES = (8, 15, 31, 61)
MOST_PUSHES = 3
BANDS_OF_AMOUNT = 4
UNKNOWN = "unknown"
NO_ACCOUNT, NEW_ACCOUNT, LOST_BEFORE, BOUGHT_BEFORE = range(4)
Levels = Mapping[str, Ints]


def names_of(known: Lives, amounts: tuple[float, ...]) -> dict[str, tuple[str, ...]]:
    """The levels of each sign that there is a track for."""
    stage = known.tracks.get("stage")
    names = {
        "stage": (UNKNOWN, *(stage.names if stage else ())),
        "stage_age": (UNKNOWN, *_spans(STAGE_AGES)),
        "pushes": (*(str(number) for number in range(MOST_PUSHES)), f"{MOST_PUSHES} or more"),
        "silence": ("no activity", *_spans(SILENCES)),
        "amount": (UNKNOWN, *_amounts(amounts)),
        "account": ("none", "new", "lost before", "bought before"),
    }
    return {sign: names[sign] for sign in SIGNS if _TRACK_OF.get(sign, sign) in known.tracks}


def bands_of_amount(known: Lives, since: int) -> tuple[float, ...]:
    """Where one quarter of the amounts of deals not closed before that day ends and the next begins."""
    if "amount" not in known.tracks:
        return ()
    amount, _ = known.tracks["amount"].latest(len(known))
    stated = amount[np.isfinite(amount) & (known.closed >= since)]
    if not len(stated):
        return ()
    parts = np.arange(1, BANDS_OF_AMOUNT) / BANDS_OF_AMOUNT
    return tuple(sorted({float(each) for each in np.quantile(stated, parts)}))


def levels_at(known: Lives, day: int, places: Ints, amounts: tuple[float, ...]) -> Levels:
    """Each sign's level of the deals of these places, from what was known at the start of the day."""
    tracks, deals = known.tracks, len(known)
    levels: dict[str, Ints] = {}
    if "stage" in tracks:
        stage, since = tracks["stage"].changes.latest(deals, day)
        levels["stage"] = np.where(since > 0, np.nan_to_num(stage) + 1, 0).astype(np.int64)
        levels["stage_age"] = _band(day - since, STAGE_AGES, since > 0)
    if "pushes" in tracks:
        pushes, _ = tracks["pushes"].latest(deals, day)
        levels["pushes"] = np.clip(np.nan_to_num(pushes), 0, MOST_PUSHES).astype(np.int64)
    if "activity" in tracks:
        _, last = tracks["activity"].latest(deals, day)
        levels["silence"] = _band(day - last, SILENCES, last > 0)
    if "amount" in tracks:
        amount, _ = tracks["amount"].latest(deals, day)
        levels["amount"] = _band(np.nan_to_num(amount), amounts, np.isfinite(amount))
    if "account" in tracks:
        levels["account"] = _account_levels(known, tracks["account"], day)
    return {sign: level[places] for sign, level in levels.items()}


def _account_levels(known: Lives, accounts: Track, day: int) -> Ints:
    """What the account's other deals had come to before the day."""
    rows = accounts.holding(day)
    deal, number = accounts.deal[rows], accounts.value[rows].astype(np.int64)
    ended = known.closed[deal] < day
    won = ended & known.won[deal]
    count = int(number.max()) + 1 if len(number) else 0
    bought = np.bincount(number, won, count) > 0
    lost = np.bincount(number, ended & ~won, count) > 0
    past = np.where(bought, BOUGHT_BEFORE, np.where(lost, LOST_BEFORE, NEW_ACCOUNT))
    levels = np.full(len(known), NO_ACCOUNT)
    levels[deal] = past[number]
    return levels


def _band(values: Ints | Floats, starts: tuple[float, ...], there: np.ndarray) -> Ints:
    return np.where(there, np.searchsorted(np.array(starts), values, side="right") + 1, 0)


def _spans(starts: tuple[int, ...]) -> list[str]:
    between = [f"{low} to {high - 1} days" for low, high in pairwise((0, *starts))]
    return [*between, f"{starts[-1]} days or more"]


def _amounts(starts: tuple[float, ...]) -> list[str]:
    if not starts:
        return ["any"]
    between = [f"{low:,.0f} to {high:,.0f}" for low, high in pairwise(starts)]
    return [f"below {starts[0]:,.0f}", *between, f"{starts[-1]:,.0f} or more"]
