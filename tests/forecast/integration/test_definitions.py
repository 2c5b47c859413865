"""Every figure of every report stands beside its definition."""

import json
from pathlib import Path
from typing import Any

import pytest

import shared.contracts
from tests.forecast.builders import organisation
from tests.forecast.integration.world import World

Json = dict[str, Any]
CONTRACT: Json = json.loads((Path(shared.contracts.__file__).parent / "http/forecast.json").read_text())
SCHEMAS = CONTRACT["components"]["schemas"]
ASKED_FOR = {"times", "version"}
"""Numbers that the caller said."""


def answered(path: str) -> Json:
    """The schema of the answer; nothing where it is a list or a thing of its own."""
    content = CONTRACT["paths"][path].get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    name = content.get("application/json", {}).get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    found: Json = SCHEMAS.get(name, {}).get("properties", {})
    return found


def is_figure(name: str, schema: Json) -> bool:
    """An amount of money or a number."""
    forms = schema.get("anyOf", [schema])
    return name not in ASKED_FOR and any(
        form.get("$ref", "").endswith("/Money-Output")
        or form.get("$ref", "").endswith("/Money")
        or form.get("type") in ("number", "integer")
        for form in forms
    )


REPORTS = [path for path in CONTRACT["paths"] if "{" not in path and "definitions" in answered(path)]


@pytest.mark.parametrize("path", REPORTS)
async def test_every_figure_of_a_report_has_its_definition(world: World, path: str) -> None:
    await world.consume(organisation())
    figures = {name for name, schema in answered(path).items() if is_figure(name, schema)}

    shown = await world.get(path)

    assert {name for name in figures if not name.endswith("_left_out")} - shown["definitions"].keys() == set()
    for each in shown["definitions"].values():
        assert each["meaning"]
        assert (each["numerator"] is None) == (each["denominator"] is None)


def test_every_report_of_the_present_says_which_event_it_has_heard_last() -> None:
    of_the_past = {"/v1/forecast/accuracy", "/v1/recommendations"}

    silent = {path for path in REPORTS if "last_event_at" not in answered(path)}

    assert len(REPORTS) > 12
    assert silent <= of_the_past
