"""A made-up organisation whose deals live by known laws: what is foretold can be held against them."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from services.forecast.prediction.domain.days import NEVER, month_of_quarter
from services.forecast.prediction.domain.lives import Factor, Ints, Lives, Track, track

FIRST_DAY = date(2024, 1, 1).toordinal()
PRODUCTS = ("small", "middle", "large")
PRICES = np.array([500.0, 2000.0, 6000.0])
STAGES = ("talk", "offer", "contract")


@dataclass(frozen=True, slots=True, kw_only=True)
class Laws:
    """`rush`: what the last month of a quarter multiplies winning by; `dead`: the share of deals that never
    close, `souring`: by how much it grows a year; `growth`: of deals made, a year; `a_day`: deals made a day
    at first."""

    days: int = 640
    a_day: float = 8.0
    growth: float = 0.0
    rush: float = 2.5
    dead: float = 0.25
    souring: float = 0.0
    owners: int = 6
    seed: int = 1


def made_up(laws: Laws) -> Lives:
    """Live deals go through three stages, are won the sooner the later the stage, are spoken of each week.

    Dead ones stay in the first, silent after two weeks. A tenth of the amount is struck off when won.
    """
    draw = np.random.default_rng(laws.seed)
    a_day = laws.a_day * np.exp(np.log1p(laws.growth) * np.arange(laws.days) / 365)
    created = np.repeat(FIRST_DAY + np.arange(laws.days), draw.poisson(a_day))
    number = len(created)
    product, owner = draw.integers(0, 3, number), draw.integers(0, laws.owners, number)
    is_dead = draw.random(number) < laws.dead + laws.souring * (created - FIRST_DAY) / 365
    stated = PRICES[product] * draw.lognormal(0, 0.4, number)
    offered = np.where(is_dead, NEVER, created + 5 + draw.geometric(1 / 15, number))
    agreed = np.where(is_dead, NEVER, offered + draw.geometric(1 / 15, number))
    closed, won = _ended(draw, laws, created, (offered, agreed), (product, owner))
    amount = np.where(won, stated * 0.9, np.nan)
    return Lives(
        created=created,
        closed=closed,
        won=won,
        amount=amount,
        factors={
            "product": Factor(PRODUCTS, product),
            "owner": Factor(tuple(f"owner {each}" for each in range(laws.owners)), owner),
        },
        tracks={
            "amount": track(np.arange(number), created, stated),
            "probability": track(np.arange(number), created, np.full(number, 0.5)),
            "expected_close": track(np.arange(number), created, (created + 60).astype(np.float64)),
            "stage": _stages(created, offered, agreed),
            "activity": _activities(draw, created, np.where(is_dead, created + 14, closed), laws),
        },
    )


def _ended(
    draw: np.random.Generator,
    laws: Laws,
    created: Ints,
    stages: tuple[Ints, Ints],
    kinds: tuple[Ints, Ints],
) -> tuple[Ints, np.ndarray[tuple[int], np.dtype[np.bool_]]]:
    closed, won = np.full(len(created), NEVER), np.zeros(len(created), bool)
    (offered, agreed), (product, owner) = stages, kinds
    keen = np.array([1.3, 1.0, 0.7])[product] * (0.7 + 0.6 * owner / laws.owners)
    for day in range(FIRST_DAY, FIRST_DAY + laws.days):
        there = np.flatnonzero((created < day) & (closed == NEVER) & (offered < NEVER))
        stage = (offered[there] <= day).astype(int) + (agreed[there] <= day)
        rush = laws.rush if month_of_quarter(day) == 2 else 1.0
        winning = np.array([0.002, 0.012, 0.05])[stage] * keen[there] * rush
        losing = np.full(len(there), 0.008)
        chance = draw.random(len(there))
        ending = chance < winning + losing
        closed[there[ending]] = day
        won[there[ending]] = chance[ending] < winning[ending]
    return closed, won


def _stages(created: Ints, offered: Ints, agreed: Ints) -> Track:
    every = np.arange(len(created))
    there = [every, every[offered < NEVER], every[agreed < NEVER]]
    days = [created, offered[there[1]], agreed[there[2]]]
    stages = np.concatenate([np.full(len(each), float(stage)) for stage, each in enumerate(there)])
    return track(np.concatenate(there), np.concatenate(days), stages, STAGES)


def _activities(draw: np.random.Generator, created: Ints, until: Ints, laws: Laws) -> Track:
    weeks = np.minimum(until, FIRST_DAY + laws.days) - created
    count = np.maximum(weeks // 7, 0) + 1
    deal = np.repeat(np.arange(len(created)), count)
    place = np.arange(len(deal)) - np.repeat(np.cumsum(count) - count, count)
    day = created[deal] + 7 * place + draw.integers(0, 5, len(deal))
    return track(deal, day, np.zeros(len(deal)))


def with_another_future(lives: Lives, day: int, seed: int) -> Lives:
    """All that happens from the day on is drawn anew: endings, amounts, statements; no deals are made."""
    draw = np.random.default_rng(seed)
    later, number = lives.closed >= day, len(lives)
    other_end = np.where(draw.random(number) < 0.5, day + draw.integers(0, 90, number), NEVER)
    changed = replace(
        lives,
        closed=np.where(later, other_end, lives.closed),
        won=np.where(later, draw.random(number) < 0.5, lives.won),
        amount=np.where(later, draw.random(number) * 1e6, lives.amount),
        tracks={name: _stated_anew(each, lives, day, draw) for name, each in lives.tracks.items()},
    )
    return changed.picked(np.flatnonzero(lives.created < day))


def _stated_anew(known: Track, lives: Lives, day: int, draw: np.random.Generator) -> Track:
    """All that was stated from the day on is left out, and something is stated of every deal."""
    before, number = known.before(day), len(lives)
    days = np.maximum(lives.created, day) + draw.integers(0, 60, number)
    return track(
        np.concatenate([before.deal, np.arange(number)]),
        np.concatenate([before.day, days]),
        np.concatenate([before.value, draw.integers(0, 3, number).astype(np.float64)]),
        known.names,
    )
