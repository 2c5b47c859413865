"""What a process loads when it starts: time of everybody who starts it, and memory for as long as it runs."""

import subprocess
import sys

import pytest

SELDOM_NEEDED = ("openpyxl", "numpy", "sklearn", "holidays", "jinja2", "prompt_toolkit", "typer")


@pytest.mark.parametrize("module", ["services.leads.app", "services.leads.worker", "services.pipeline.app"])
def test_what_few_requests_need_is_loaded_by_the_first_of_them(module: str) -> None:
    look = f"import sys, {module}; print(*(set({SELDOM_NEEDED}) & set(sys.modules)))"

    loaded = subprocess.run([sys.executable, "-c", look], text=True, capture_output=True, check=True)

    assert loaded.stdout.split() == []
