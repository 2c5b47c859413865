"""The virtual environment is made once, and anew when an installation was interrupted."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.install import STAMP, UNFINISHED, fingerprint
from deploy.local.settings import ROOT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with requirements that name nothing, installed into `venv`."""
    folder = tmp_path_factory.mktemp("install")
    (folder / "requirements.txt").write_text("# nothing\n")
    assert "Installed" in install(folder)
    yield folder


def install(folder: Path) -> str:
    script = ROOT / "deploy" / "local" / "install.py"
    command = [sys.executable, str(script), str(folder / "venv"), str(folder / "requirements.txt")]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_finished_installation_is_left_as_it_is(installed: Path) -> None:
    assert install(installed) == ""


def test_other_requirements_are_installed_into_the_same_environment(installed: Path) -> None:
    (installed / "requirements.txt").write_text("# nothing, said otherwise\n")

    printed = install(installed)

    assert "Making the virtual environment" not in printed
    assert (installed / "venv" / STAMP).read_text() == fingerprint(installed / "requirements.txt")


def test_an_interrupted_installation_is_made_anew_and_keeps_what_was_fetched(installed: Path) -> None:
    venv = installed / "venv"
    (venv / STAMP).write_text(UNFINISHED)
    (venv / "lib" / "half-a-package").write_text("")
    (venv / "share" / "kafka").mkdir(parents=True, exist_ok=True)

    install(installed)

    assert not (venv / "lib" / "half-a-package").exists()
    assert (venv / "share" / "kafka").is_dir()
    assert (venv / STAMP).read_text() == fingerprint(installed / "requirements.txt")
