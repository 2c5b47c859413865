"""`make check` and `make test`: every step with its name and its seconds, failures at the end, tests last."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from deploy.local.settings import ROOT

BIN = Path(sys.prefix) / "bin"
CODE = ("services", "shared", "deploy", "tests")
NO_TESTS = 5
LINTERS = {
    "lint": ("ruff", "check", *CODE),
    "format": ("ruff", "format", "--check", *CODE),
    "imports": ("lint-imports", "--no-cache"),
    "types": ("mypy", *CODE),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a step ended; counts are of tests."""

    name: str
    succeeded: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """Tests that are run together. `patterns` are folders below the root."""

    name: str
    patterns: tuple[str, ...]
    options: tuple[str, ...] = ()

    def folders(self) -> list[str]:
        """The folders that hold at least one test file."""
        found = sorted({folder for pattern in self.patterns for folder in ROOT.glob(pattern)})
        return [str(folder.relative_to(ROOT)) for folder in found if any(folder.rglob("test_*.py"))]


TWO_AT_ONCE = ("-n", "2", "--dist", "loadfile")
UNIT = Stage("unit", ("tests/*/unit", "tests/contracts", "tests/architecture"), TWO_AT_ONCE)
INTEGRATION = Stage("integration", ("tests/*/integration",), TWO_AT_ONCE)
END_TO_END = Stage("end to end", ("tests/e2e",))
CHAOS = Stage("failures", ("tests/chaos", "tests/reliability"))


def main() -> int:
    started = time.monotonic()
    if sys.argv[1:] == ["check"]:
        outcomes = [*run_linters(), run_stage(UNIT)]
    else:
        outcomes = [run_stage(stage) for stage in (UNIT, INTEGRATION, END_TO_END, CHAOS)]
    return summarise(outcomes, time.monotonic() - started)


def run_linters() -> list[Outcome]:
    """All at once; what each says is shown when it has ended."""
    with ThreadPoolExecutor(len(LINTERS)) as pool:
        return list(pool.map(lambda item: run_linter(*item), LINTERS.items()))


def run_linter(name: str, command: Sequence[str]) -> Outcome:
    """One tool; its output is shown only when it finds something."""
    started = time.monotonic()
    program, *arguments = command
    done = subprocess.run([BIN / program, *arguments], cwd=ROOT, text=True, capture_output=True, check=False)
    outcome = Outcome(name, done.returncode == 0, time.monotonic() - started)
    complaint = "" if outcome.succeeded else f"\n{done.stdout}{done.stderr}"
    print(
        f"{'ok  ' if outcome.succeeded else 'FAIL'} {name} ({outcome.seconds:.1f} s){complaint}", flush=True
    )
    return outcome


def run_stage(stage: Stage) -> Outcome:
    """One pytest run, its output as it comes; a stage without tests has succeeded."""
    folders = stage.folders()
    if not folders:
        print(f"--   {stage.name}: no tests yet", flush=True)
        return Outcome(stage.name, succeeded=True, seconds=0.0)
    print(f"---- {stage.name} tests: {', '.join(folders)}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as reports:
        report = Path(reports) / "report.xml"
        pytest = [sys.executable, "-m", "pytest", *stage.options, f"--junitxml={report}", *folders]
        code = subprocess.run(
            pytest, cwd=ROOT, env={**os.environ, "PYTHONUNBUFFERED": "1"}, check=False
        ).returncode
        passed, failed, skipped = count(report)
    seconds = time.monotonic() - started
    return Outcome(stage.name, code in {0, NO_TESTS}, seconds, passed, failed, skipped)


def count(report: Path) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of a pytest report; zeros when pytest wrote none."""
    if not report.exists():
        return 0, 0, 0
    suites = list(ElementTree.parse(report).iter("testsuite"))  # noqa: S314  # our own pytest wrote it

    def total(*names: str) -> int:
        return sum(int(suite.get(name, "0")) for suite in suites for name in names)

    failed, skipped = total("failures", "errors"), total("skipped")
    return total("tests") - failed - skipped, failed, skipped


def summarise(outcomes: list[Outcome], seconds: float) -> int:
    """What took how long, what failed, and the sum of the tests; the exit code."""
    print("\n" + ", ".join(f"{outcome.name} {outcome.seconds:.0f} s" for outcome in outcomes))
    wrong = [outcome.name for outcome in outcomes if not outcome.succeeded]
    print(f"{'FAILED: ' + ', '.join(wrong) if wrong else 'All well'} ({seconds:.0f} s)")
    passed, failed, skipped = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")
    )
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
