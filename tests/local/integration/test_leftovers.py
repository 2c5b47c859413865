"""Processes of an earlier stack of which supervisor and reaper were both killed."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from deploy.local.files import write_json
from deploy.local.leftovers import end_leftovers
from tests.support.waiting import lives


@pytest.fixture
def sleeper() -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


def written(file: Path, pid: int, *, started_at: float) -> Path:
    write_json(file, {"processes": {"leads": {"pid": pid, "started_at": started_at}}})
    return file


def test_a_process_left_over_is_ended(tmp_path: Path, sleeper: "subprocess.Popen[bytes]") -> None:
    file = written(
        tmp_path / "processes.json", sleeper.pid, started_at=psutil.Process(sleeper.pid).create_time()
    )

    ended = end_leftovers(file)

    assert ended == ["leads"]
    assert not lives(sleeper.pid)


def test_a_process_that_only_got_the_same_number_is_left_alone(
    tmp_path: Path, sleeper: "subprocess.Popen[bytes]"
) -> None:
    file = written(
        tmp_path / "processes.json", sleeper.pid, started_at=psutil.Process(sleeper.pid).create_time() - 3600
    )

    ended = end_leftovers(file)

    assert ended == []
    assert lives(sleeper.pid)
