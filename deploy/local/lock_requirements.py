"""`make lock`: pin every dependency with hashes, naming no package registry.

One file with everything for developers, one per service for its image, all with the same versions.
"""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.settings import ROOT, SERVICES

EVERYTHING = "requirements-dev.txt"
COMPILE = (
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--generate-hashes"),
    *("--no-emit-index-url", "--no-annotate", "--custom-compile-command", "make lock"),
)


def main() -> None:
    """Write all files anew; versions stay unless `--upgrade` is given."""
    projects = [f"services/{service}/pyproject.toml" for service in SERVICES]
    groups = ("--group", "dev", "--group", "local")
    compile_requirements("pyproject.toml", *projects, *groups, *sys.argv[1:], output=EVERYTHING)
    for service, project in zip(SERVICES, projects, strict=True):
        output = f"services/{service}/requirements.txt"
        (ROOT / output).unlink(missing_ok=True)
        compile_requirements(project, "--constraint", EVERYTHING, output=output)


def compile_requirements(*sources: str, output: str) -> None:
    """Run uv's resolver on some sources."""
    uv = Path(sys.prefix) / "bin" / "uv"
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    subprocess.run([uv, *COMPILE, *sources, "-o", output], cwd=ROOT, env=environment, check=True)
    print(f"wrote {output}")


if __name__ == "__main__":
    main()
