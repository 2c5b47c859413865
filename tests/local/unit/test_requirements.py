"""The committed lists of packages."""

import re

import pytest

from deploy.local.install import lines_of
from deploy.local.settings import ROOT, SERVICES

EVERYTHING = (ROOT / "requirements-dev.txt").read_text()


def pins(requirements: str) -> dict[str, str]:
    """Package names with their versions."""
    return dict(re.findall(r"^([A-Za-z0-9_.\-\[\],]+)==([^ ;\\]+)", requirements, re.MULTILINE))


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_runs_the_versions_the_tests_ran_with(service: str) -> None:
    own = pins((ROOT / "services" / service / "requirements.txt").read_text())

    assert own.items() <= pins(EVERYTHING).items()


@pytest.mark.parametrize(
    "file", ["requirements-dev.txt", *(f"services/{name}/requirements.txt" for name in SERVICES)]
)
def test_no_list_names_a_registry(file: str) -> None:
    assert "://" not in (ROOT / file).read_text()


def test_every_package_is_pinned_with_hashes() -> None:
    assert all("--hash=sha256:" in lines_of(package, EVERYTHING) for package in pins(EVERYTHING))


def test_the_lines_of_one_package_hold_only_its_pins() -> None:
    text = "uv==1 \\\n    --hash=sha256:aa\nuvloop==2 \\\n    --hash=sha256:bb\n"

    assert lines_of("uv", text) == "uv==1 \\\n    --hash=sha256:aa\n"
