"""The forecast held against deals that nobody here wrote, and against a made-up organisation."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from deploy.forecasting.baselines import BASELINES
from deploy.forecasting.charts import draw
from deploy.forecasting.deals_file import Company, read_company
from deploy.forecasting.measure import ALL_PARTS, MONTH, OURS, QUARTER, Point, coverage, measure, score
from deploy.forecasting.report import bins_of_quarters, report
from services.forecast.prediction.domain.blend import MODEL
from services.forecast.prediction.domain.calibration import CALIBRATION
from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.lives import Factor, Ints
from services.forecast.prediction.domain.reliability import brier
from tests.forecast.made_up import FIRST_DAY, Laws, made_up, with_another_future

ROOT = Path(__file__).parents[3]
DATA = Path(os.environ.get("DEALSTREAM_DATA") or ROOT.parent / "shared" / "data") / "crm-sales-opportunities"
NEEDS_DATA = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"the CRM data set is not at {DATA}; set DEALSTREAM_DATA to its parent"
)


@pytest.fixture(scope="module")
def company() -> Company:
    return read_company(DATA)


@pytest.fixture(scope="module")
def points(company: Company) -> Sequence[Point]:
    return measure(company)


def error(points: Sequence[Point], method: str) -> float:
    found = score(points, method)
    return found.error if found else float("inf")


@NEEDS_DATA
def test_four_month_ends_are_foretold_for_the_month_and_for_the_rest_of_the_quarter(
    points: Sequence[Point],
) -> None:
    assert len(points) == 8
    assert [each.horizon for each in points] == [MONTH, QUARTER] * 4


@NEEDS_DATA
def test_the_error_is_the_lowest_on_average(points: Sequence[Point]) -> None:
    assert all(error(points, OURS) < 0.8 * error(points, each) for each in (MODEL, *BASELINES))


@NEEDS_DATA
@pytest.mark.parametrize("parts", [("team",), ("product",), ("team", "product"), ("owner",)])
def test_so_is_it_over_all_teams_products_and_owners(points: Sequence[Point], parts: tuple[str, ...]) -> None:
    """The model alone is as near for teams: the blend moves all parts alike."""
    ours, *others = (score(points, each, None, *parts) for each in (OURS, *BASELINES))

    assert ours is not None
    assert all(ours.error < each.error for each in others if each is not None)


@NEEDS_DATA
@pytest.mark.parametrize("seed", range(4))
def test_it_stays_so_whichever_tenth_of_the_deals_is_left_out(company: Company, seed: int) -> None:
    kept = np.flatnonzero(np.random.default_rng(seed).random(len(company.lives)) >= 0.1)
    points = measure(of_these(company, kept))
    inside, of = coverage(points, "team", "product")

    assert all(error(points, OURS) < error(points, each) for each in (MODEL, *BASELINES))
    assert 0.7 <= inside / of <= 0.9


def of_these(company: Company, kept: Ints) -> Company:
    return replace(
        company,
        lives=company.lives.picked(kept),
        groups={name: Factor(each.names, each.levels[kept]) for name, each in company.groups.items()},
        price=company.price[kept],
    )


@NEEDS_DATA
def test_the_ranges_hold_the_truth_as_often_as_they_say(points: Sequence[Point]) -> None:
    for groups in (("team", "product"), ("team",), ("product",), ("owner",)):
        for horizon in (MONTH, QUARTER, None):
            inside, of = coverage(points, *groups, horizon=horizon)
            assert 0.7 <= inside / of <= 0.9, (groups, horizon)


@NEEDS_DATA
def test_chances_tell_deals_apart_better_than_their_mean(points: Sequence[Point]) -> None:
    bins = bins_of_quarters(points)
    share = sum(each.won for each in bins) / sum(each.deals for each in bins)
    found = brier(bins)

    assert found is not None
    assert found < 0.9 * share * (1 - share)


@NEEDS_DATA
def test_as_many_are_won_as_the_chances_say(company: Company, points: Sequence[Point]) -> None:
    said, without = (
        sum(each.chance for each in bins) / sum(each.won for each in bins)
        for bins in map(bins_of_quarters, (points, measure(company, ALL_PARTS - {CALIBRATION})))
    )

    assert abs(said - 1) < 0.1
    assert abs(without - 1) > 0.15


@NEEDS_DATA
@pytest.mark.parametrize("part", ["ages", "seasons", "quarters", "calibration"])
def test_each_part_is_worth_something(company: Company, points: Sequence[Point], part: str) -> None:
    without = measure(company, ALL_PARTS - {part})

    assert error(points, OURS) < error(without, OURS)
    assert error(points, MODEL) < error(without, MODEL)


@NEEDS_DATA
def test_what_is_printed_fits_and_says_which_is_lowest(company: Company, points: Sequence[Point]) -> None:
    said = report(company, points)

    assert max(len(line) for line in said.splitlines()) <= 80
    assert "The lowest error on average: ours" in said


@NEEDS_DATA
def test_the_same_figures_are_drawn_as_the_same_bytes(
    company: Company, points: Sequence[Point], tmp_path: Path
) -> None:
    first, second = (draw(company, points, tmp_path / name) for name in ("one", "two"))

    assert len(first) == 3
    for one, two in zip(first, second, strict=True):
        assert one.read_bytes() == two.read_bytes()
        assert b"<dc:date>" not in one.read_bytes()


def test_a_made_up_organisation_is_foretold_better_than_by_any_baseline() -> None:
    found = [made_up_points(seed) for seed in range(3)]
    points = [each for every in found for each in every]
    inside, of = coverage(points, "product", "owner")

    assert all(error(points, OURS) <= error(points, each) for each in BASELINES)
    assert 0.7 <= inside / of <= 0.9
    inside, of = coverage(points, "total")
    assert inside / of >= 0.7


def made_up_points(seed: int) -> Sequence[Point]:
    return measure(made_up_company(seed))


def made_up_company(seed: int) -> Company:
    lives = made_up(Laws(seed=seed, days=640, growth=0.5, a_day=5))
    return Company(lives, dict(lives.factors), lives.tracks["amount"].value, FIRST_DAY + 640)


def test_a_folder_that_is_not_there_is_named() -> None:
    assert "There is no folder /nowhere." in refused(Path("/nowhere"))


@NEEDS_DATA
def test_a_column_that_is_not_there_is_named(tmp_path: Path) -> None:
    folder = tmp_path / DATA.name
    shutil.copytree(DATA, folder)
    deals = folder / "sales_pipeline.csv"
    deals.write_text(deals.read_text().replace("close_value", "worth", 1))

    assert "sales_pipeline.csv has no column close_value." in refused(folder)


def refused(folder: Path) -> str:
    command = [sys.executable, "-m", "deploy.forecasting", str(folder)]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    return ran.stderr


def test_what_comes_later_changes_no_earlier_point() -> None:
    company = made_up_company(3)
    day = month_start(FIRST_DAY, 9)
    known = of_these(company, np.flatnonzero(company.lives.created < day))
    changed = replace(known, lives=with_another_future(company.lives, day, 1))

    points = zip(measure(company), measure(changed), strict=True)
    earlier = [(one, other) for one, other in points if one.trial.start <= day]

    assert len(earlier) > 8
    for one, other in earlier:
        assert one.by_method.keys() == other.by_method.keys()
        for method, each in one.by_method.items():
            assert each.range == other.by_method[method].range
