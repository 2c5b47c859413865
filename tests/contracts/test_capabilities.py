"""`docs/capabilities.md` is true: every path is in the public document, every test exists."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONTRACTS = ROOT / "shared/contracts/http"
ROW = re.compile(r"^\| (R-[A-Z]+-\d+) \|[^|]*\| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
OPERATION = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) (/[^`]*)`")
TEST = re.compile(r"`(tests/[^`:]+\.py)::(test_\w+)`")


def rows() -> list[tuple[str, str, str]]:
    return ROW.findall((ROOT / "docs/capabilities.md").read_text())


def test_every_capability_names_a_path_and_a_test() -> None:
    lacking = [one for one, paths, tests in rows() if not OPERATION.search(paths) or not TEST.search(tests)]

    assert rows()
    assert lacking == []


def test_every_id_is_listed_once() -> None:
    ids = [one for one, _, _ in rows()]

    assert len(ids) == len(set(ids))


def test_every_path_is_in_the_public_document() -> None:
    served = {
        (method.upper(), path)
        for document in CONTRACTS.glob("*.json")
        for path, operations in json.loads(document.read_text())["paths"].items()
        for method in operations
    }
    named = {operation for _, paths, _ in rows() for operation in OPERATION.findall(paths)}

    assert named - served == set()


def test_every_named_test_exists() -> None:
    missing = [
        f"{file}::{test}"
        for _, _, tests in rows()
        for file, test in TEST.findall(tests)
        if not (ROOT / file).exists() or f"def {test}(" not in (ROOT / file).read_text()
    ]

    assert missing == []
