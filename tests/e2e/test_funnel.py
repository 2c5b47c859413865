"""`make funnel` prints what the gateway answers for real deals."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.front import Front
from tests.support.product import Stack

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("DEALSTREAM_DATA", ROOT.parent / "shared/data")) / "crm-sales-opportunities"


def test_the_funnel_of_real_deals_is_printed_as_it_is_answered(stack: Stack, front: Front) -> None:
    if not DATA.exists():
        pytest.skip(f"the real records are not here: {DATA} (set DEALSTREAM_DATA to their parent)")

    printed = _printed(stack)

    director = front.as_role("director")
    pipelines = director.get("/v1/pipelines", params={"limit": 200}).json()["items"]
    pipeline_id = next(each["id"] for each in pipelines if each["name"] == "Hardware sales")
    asked = {"pipeline_id": pipeline_id, "from": "2016-01-01", "to": "2199-12-31"}
    funnel = director.get("/v1/funnel", params=asked).json()
    totals = funnel["totals"]
    assert f"{totals['deals']:,} deals: {totals['won']:,} won" in printed
    for stage in funnel["stages"]:
        row = next(line for line in printed.splitlines() if re.search(rf"[│|] {stage['stage']} ", line))
        for figure in ("entered", "lost", "still_there"):
            assert f" {stage[figure]:,} " in row, figure
        assert f" {stage['conversion']:.1%} " in row


def _printed(stack: Stack) -> str:
    answer = subprocess.run(
        [sys.executable, "-m", "deploy.funnel", str(DATA), "--by", "industry"],
        cwd=ROOT,
        env=os.environ | {"STATE_DIR": str(stack.state), "COLUMNS": "240"},
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert "By industry" in answer.stdout
    return answer.stdout
