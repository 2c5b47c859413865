"""`make import` loads real records through the public API, agrees to the cent, and changes nothing twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.product import Stack

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DEALSTREAM_DATA", ROOT.parent / "shared/data")) / "crm-sales-opportunities"


@pytest.fixture(scope="module")
def first_and_second(stack: Stack) -> tuple[str, str]:
    """What the importer printed the first and the second time."""
    if not DATA.exists():
        pytest.skip(f"the real records are not here: {DATA} (set DEALSTREAM_DATA to their parent)")
    return _import(stack), _import(stack)


def test_everything_in_the_file_is_in_every_service_to_the_cent(first_and_second: tuple[str, str]) -> None:
    first, _ = first_and_second

    assert "Everything agrees." in first
    # Another test may have had them loaded before.
    assert "7,635 created" in first or "7,635 unchanged" in first
    for quarter, won in (("Q1", "1,134,672.00"), ("Q2", "3,086,111.00"), ("Q3", "2,982,255.00")):
        assert f"pipeline {won}, forecast {won}" in first, quarter


def test_dirt_is_listed_and_stops_nothing(first_and_second: tuple[str, str]) -> None:
    first, _ = first_and_second

    assert "'GTXPro' read as 'GTX Pro'" in first
    assert "deals without an account" in first
    assert "deals without dates" in first


def test_loading_twice_changes_nothing(first_and_second: tuple[str, str]) -> None:
    _, second = first_and_second

    assert "7,635 unchanged" in second
    assert "created" not in second.split("What was odd")[0]
    assert "Everything agrees." in second


def _import(stack: Stack) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "deploy.importing", str(DATA)],
        cwd=ROOT,
        env=os.environ | {"STATE_DIR": str(stack.state), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout
