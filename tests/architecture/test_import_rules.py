"""Every import rule holds, and every import rule can fail: each is shown a planted violation."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]

PLANTED = {
    "services-independent": ("services/leads/lead/routes.py", "import services.pipeline.deal.domain"),
    "shared-knows-no-service": ("shared/web/problem.py", "import services.leads.lead.domain"),
    "rules-have-no-io": ("services/pipeline/deal/domain.py", "import sqlalchemy"),
    "left-to-right": ("services/pipeline/deal/repository.py", "import services.pipeline.deal.routes"),
    "own-tables": ("services/leads/lead/repository.py", "import services.leads.account.tables"),
    "no-cycles": ("shared/contracts/ids.py", "import shared.contracts.envelope"),
}


def test_the_code_keeps_every_import_rule() -> None:
    answer = _lint(ROOT)

    assert answer.returncode == 0, answer.stdout


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_violation_breaks_the_rule(rule: str, tmp_path: Path) -> None:
    copy = _copy_of_the_code(tmp_path)
    file, violation = PLANTED[rule]
    with (copy / file).open("a") as module:
        module.write(f"\n{violation}\n")

    answer = _lint(copy, "--contract", rule)

    assert answer.returncode == 1
    assert "BROKEN" in answer.stdout


def test_rules_cannot_reach_a_database_through_another_module(tmp_path: Path) -> None:
    copy = _copy_of_the_code(tmp_path)
    (copy / "shared/contracts/detour.py").write_text("import sqlalchemy\n")
    with (copy / "services/pipeline/deal/domain.py").open("a") as module:
        module.write("\nimport shared.contracts.detour\n")

    answer = _lint(copy, "--contract", "rules-have-no-io")

    assert answer.returncode == 1
    assert "services.pipeline.deal.domain" in answer.stdout


def _copy_of_the_code(to: Path) -> Path:
    for folder in ("services", "shared", "tests/architecture"):
        shutil.copytree(ROOT / folder, to / folder, ignore=shutil.ignore_patterns("__pycache__"))
    (to / "tests/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", to)
    return to


def _lint(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT, *options], cwd=root, capture_output=True, text=True, check=False)
