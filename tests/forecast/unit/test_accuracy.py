"""How wrong a forecast was, and which forecasts are looked at."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.accuracy.domain import (
    Bin,
    Look,
    Point,
    calibration,
    finished_periods,
    looks,
    score,
)
from shared.contracts.periods import Calendar
from tests.forecast.builders import at

CALENDAR = Calendar()
NOW = at("2027-05-10T12:00")
PERIODS = finished_periods("quarter", CALENDAR, now=NOW, most=4, first=None, last=None)
LOOK = looks(PERIODS, "quarter", CALENDAR, first_told=at("2026-06-01"))[0]


def point(forecast: str, actual: str, look: Look = LOOK) -> Point:
    return Point(look, Decimal(forecast), Decimal(actual))


def test_the_last_finished_periods_end_before_the_present_one() -> None:
    assert [each.name for each in PERIODS] == ["2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]


def test_periods_may_be_asked_for_by_their_first_and_last_day() -> None:
    months = finished_periods(
        "month", CALENDAR, now=NOW, most=8, first=date(2026, 12, 1), last=date(2027, 3, 30)
    )

    assert [each.name for each in months] == ["2026-12", "2027-01", "2027-02"]


def test_a_forecast_is_made_at_the_beginning_and_so_many_days_before_the_end() -> None:
    made = {each.horizon: each.made_at for each in looks(PERIODS[-1:], "quarter", CALENDAR, first_told=None)}

    assert made == {
        "start": at("2027-01-01"),
        "90": at("2027-01-01"),
        "60": at("2027-01-31"),
        "30": at("2027-03-02"),
        "14": at("2027-03-18"),
        "7": at("2027-03-25"),
    }


def test_baselines_take_the_period_that_was_over_and_the_one_a_year_before() -> None:
    made = looks(PERIODS[-1:], "quarter", CALENDAR, first_told=None)

    assert {(each.last.name, each.year_ago.name) for each in made} == {("2026-Q4", "2026-Q1")}


def test_before_anything_was_told_a_look_is_not_of_then() -> None:
    made = looks(PERIODS, "quarter", CALENDAR, first_told=at("2026-07-01"))

    assert [each.then for each in made if each.horizon == "start"] == [False, True, True, True]


@pytest.mark.parametrize(
    ("forecast", "actual", "error", "accuracy"),
    [
        ("80", "100", "0.2", "0.8"),
        ("120", "100", "-0.2", "0.8"),
        ("300", "100", "-2", "0"),
        ("100", "100", "0", "1"),
        ("5", "0", None, None),
    ],
)
def test_the_error_is_of_the_actual_and_the_accuracy_never_below_0(
    forecast: str, actual: str, error: str | None, accuracy: str | None
) -> None:
    seen = point(forecast, actual)

    assert seen.error == (None if error is None else Decimal(error))
    assert seen.accuracy == (None if accuracy is None else Decimal(accuracy))


def test_wape_and_bias_weigh_periods_by_what_they_brought() -> None:
    seen = score([point("80", "100"), point("330", "300"), point("10", "0")])

    assert (seen.wape, seen.bias, seen.accuracy, seen.state) == (
        Decimal("0.15"),
        Decimal("0.05"),
        Decimal("0.85"),
        "ok",
    )


def test_two_periods_are_too_few_for_a_figure() -> None:
    seen = score([point("80", "100")] * 2)

    assert (seen.periods, seen.wape, seen.bias, seen.accuracy, seen.state) == (
        2,
        None,
        None,
        None,
        "insufficient_history",
    )


amounts = st.integers(0, 10**6).map(str)


@given(st.lists(st.tuples(amounts, amounts), min_size=3))
def test_the_bias_is_never_larger_than_the_wape(pairs: list[tuple[str, str]]) -> None:
    seen = score([point(forecast, actual) for forecast, actual in pairs])

    assert (seen.wape is None) == (seen.bias is None)
    if seen.wape is not None and seen.bias is not None:
        assert abs(seen.bias) <= seen.wape


def test_probabilities_that_came_true_have_a_lower_brier_score_than_the_share_alone() -> None:
    said_well = [
        Bin(1, 50, 5, Decimal("0.1"), Decimal("4.5")),
        Bin(9, 50, 45, Decimal("0.9"), Decimal("4.5")),
    ]

    seen = calibration(said_well, undecided=3)

    assert (seen.deals, seen.undecided, seen.brier, seen.brier_of_share) == (
        100,
        3,
        Decimal("0.09"),
        Decimal("0.25"),
    )


def test_a_few_decided_deals_say_nothing_about_probabilities() -> None:
    seen = calibration([Bin(1, 29, 5, Decimal("0.1"), Decimal(3))], undecided=0)

    assert (seen.brier, seen.bins, seen.state) == (None, (), "insufficient_history")


"""The forecast held against deals that nobody here wrote, and against a made-up organisation."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy.forecasting.charts import draw
from deploy.forecasting.deals_file import Company, read_company
from deploy.forecasting.measure import MONTH, OURS, QUARTER, Point, coverage, measure, score
from deploy.forecasting.report import BASELINES, bins_of_quarters, report
from services.forecast.prediction.domain.blend import MODEL
from services.forecast.prediction.domain.hazards import ALL_PARTS
from services.forecast.prediction.domain.reliability import brier
from tests.forecast.made_up import FIRST_DAY, Laws, made_up

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
def test_the_ranges_hold_the_truth_as_often_as_they_say(points: Sequence[Point]) -> None:
    for groups in (("team", "product"), ("team",), ("owner",)):
        inside, of = coverage(points, *groups)
        assert 0.7 <= inside / of <= 0.9, groups
    for horizon in (MONTH, QUARTER):
        inside, of = coverage([each for each in points if each.horizon == horizon], "team", "product")
        assert 0.7 <= inside / of <= 0.9, horizon


@NEEDS_DATA
def test_chances_tell_deals_apart_better_than_their_mean(points: Sequence[Point]) -> None:
    bins = bins_of_quarters(points)
    share = sum(each.won for each in bins) / sum(each.deals for each in bins)
    found = brier(bins)

    assert found is not None
    assert found < 0.9 * share * (1 - share)


@NEEDS_DATA
@pytest.mark.parametrize("part", ["ages", "seasons", "quarters"])
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
    lives = made_up(Laws(seed=seed, days=640, growth=0.5, a_day=5))
    price = lives.tracks["amount"].value
    return measure(Company(lives, dict(lives.factors), price, FIRST_DAY + 640))


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
