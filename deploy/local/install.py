"""Makes the virtual environment hold exactly what the committed requirements name. Standard library only.

    python3 deploy/local/install.py .venv requirements-dev.txt

A finished environment is recognised by a stamp that is written last: a finished one costs nothing, and
one that was interrupted, whose packages may lack files, is made anew by the next call.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STAMP = "installed-requirements"
UNFINISHED = "unfinished"
KEPT = "share"
"""Kafka's jars lie there; they have a check of their own."""
FORMAT = b"1"
"""Change it when the way of installing changes, so that every environment is looked at again."""


def main() -> int:
    environment, requirements = Path(sys.argv[1]).absolute(), Path(sys.argv[2]).absolute()
    wanted = fingerprint(requirements)
    if is_installed(environment, wanted):
        return 0
    with only_one(requirements):
        if not is_installed(environment, wanted):
            install(environment, requirements)
            (environment / STAMP).write_text(wanted)
    return 0


def fingerprint(requirements: Path) -> str:
    """Changes with the requirements."""
    return hashlib.sha256(FORMAT + requirements.read_bytes()).hexdigest()


def is_installed(environment: Path, wanted: str) -> bool:
    """Whether the stamp says so and the environment's Python still exists."""
    stamp = environment / STAMP
    return stamp.exists() and stamp.read_text() == wanted and python_of(environment).exists()


@contextmanager
def only_one(requirements: Path) -> Iterator[None]:
    """Two calls at once: the second waits and then finds the work done."""
    with requirements.open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(environment: Path, requirements: Path) -> None:
    """Bring the environment to exactly the pinned packages, each checked by its hash."""
    started = time.monotonic()
    if not (was_finished(environment) and works(environment)):
        say("Making the virtual environment ...")
        make_environment(environment)
    (environment / STAMP).write_text(UNFINISHED)
    say(f"Installing the packages of {requirements.name} (once; a minute or two on a slow line) ...")
    if not (bring_uv(environment, requirements) and sync_with_uv(environment, requirements)):
        say("uv cannot be used here; pip does it, which takes longer ...")
        install_with_pip(environment, requirements)
    say(f"Installed ({time.monotonic() - started:.0f} s).")


def was_finished(environment: Path) -> bool:
    """Whether the last installation, of whatever requirements, came to its end."""
    stamp = environment / STAMP
    return stamp.exists() and stamp.read_text() != UNFINISHED


def works(environment: Path) -> bool:
    """Whether the environment has a Python that starts and a pip in it."""
    try:
        probe = subprocess.run(
            [python_of(environment), "-m", "pip", "--version"], capture_output=True, check=False
        )
    except OSError:
        return False
    return probe.returncode == 0


def make_environment(environment: Path) -> None:
    """An empty environment; only what was fetched into `share` stays."""
    for old in environment.iterdir() if environment.is_dir() else ():
        if old.is_dir() and not old.is_symlink():
            if old.name != KEPT:
                shutil.rmtree(old)
        else:
            old.unlink()
    made = subprocess.run([sys.executable, "-m", "venv", environment], check=False)
    if made.returncode:
        sys.exit(
            f"{sys.executable} cannot make virtual environments. On Debian and Ubuntu install the package "
            "python3-venv, or name another Python: make PYTHON=/path/to/python3.12"
        )


def bring_uv(environment: Path, requirements: Path) -> bool:
    """Install the pinned uv by pip; whether it runs."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as only_uv:
        only_uv.write(lines_of("uv", requirements.read_text()))
        only_uv.flush()
        pip = [str(python_of(environment)), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        brought = subprocess.run([*pip, "--require-hashes", "-r", only_uv.name], check=False)
    if brought.returncode:
        return False
    try:
        return (
            subprocess.run([uv_of(environment), "--version"], capture_output=True, check=False).returncode
            == 0
        )
    except OSError:
        return False


def sync_with_uv(environment: Path, requirements: Path) -> bool:
    """Whether uv brought the environment to exactly the requirements, compiled for a fast start."""
    sync = [str(uv_of(environment)), "pip", "sync", "--require-hashes", "--compile-bytecode"]
    quiet = [] if sys.stdout.isatty() else ["--quiet"]
    command = [*sync, *quiet, "--python", str(python_of(environment)), str(requirements)]
    return subprocess.run(command, env=quiet_uv(), check=False).returncode == 0


def install_with_pip(environment: Path, requirements: Path) -> None:
    pip = [str(python_of(environment)), "-m", "pip", "install", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "--require-hashes", "-r", str(requirements)], check=False)
    if done.returncode:
        sys.exit("The packages could not be installed; the lines above say why. Run make again to go on.")


def lines_of(package: str, requirements: str) -> str:
    """The lines that pin one package with its hashes."""
    kept, inside = [], False
    for line in requirements.splitlines():
        if not line.startswith((" ", "#")):
            inside = line.startswith(f"{package}==")
        if inside:
            kept.append(line)
    return "\n".join(kept) + "\n"


def quiet_uv() -> dict[str, str]:
    """uv must not fetch a Python of its own, and copies where it cannot link."""
    return {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_LINK_MODE": "copy", "UV_NO_CONFIG": "1"}


def python_of(environment: Path) -> Path:
    return environment / "bin" / "python"


def uv_of(environment: Path) -> Path:
    return environment / "bin" / "uv"


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
