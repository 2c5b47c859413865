"""Files that other processes read while we write them: whole or not at all."""

import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

LONGEST_LOG = 50 * 1024 * 1024


def write_json(path: Path, content: object, *, mode: int = 0o600) -> None:
    """Put JSON in place in one step; a reader sees the old file or the new one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(descriptor, "w") as file:
        json.dump(content, file, indent=2)
        file.write("\n")
    Path(name).chmod(mode)
    Path(name).replace(path)


def read_json(path: Path) -> dict[str, Any]:
    """The JSON object in `path`; empty when there is no such file or it is damaged."""
    try:
        content = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def last_lines(path: Path, count: int = 15) -> str:
    """The end of a log, for a person who wants to know why a process ended."""
    if not path.exists():
        return "(no log)"
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 64 * 1024))
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(lines[-count:]) or "(the log is empty)"


def shorten_log(path: Path, longest: int = LONGEST_LOG) -> None:
    """Move a log that grew beyond `longest` bytes to `<name>.1` while its writer goes on appending."""
    if path.exists() and path.stat().st_size > longest:
        shutil.copyfile(path, path.with_name(path.name + ".1"))
        os.truncate(path, 0)
