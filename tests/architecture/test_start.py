"""What a process loads when it starts: time of everybody who starts it, and memory for as long as it runs."""

import subprocess
import sys

import pytest

SELDOM_NEEDED = {"openpyxl", "numpy", "sklearn", "holidays", "jinja2", "prompt_toolkit", "typer"}


@pytest.mark.parametrize("module", ["services.gateway.worker", "services.forecast.worker"])
def test_a_worker_answers_no_requests_and_loads_no_framework_for_them(module: str) -> None:
    assert _loaded({"fastapi"}, module) == set()


@pytest.mark.parametrize(
    "module",
    ["services.forecast.app", "services.leads.app", "services.leads.worker", "services.pipeline.app"],
)
def test_what_few_requests_need_is_loaded_by_the_first_of_them(module: str) -> None:
    assert _loaded(SELDOM_NEEDED, module) == set()


def _loaded(packages: set[str], module: str) -> set[str]:
    """Those of the packages that a process has loaded once it has imported the module."""
    look = f"import sys, {module}; print(*({packages} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True)
    return set(done.stdout.split())
