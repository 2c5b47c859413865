"""Events keep what their frozen schemas and examples promise."""

import json
from decimal import Decimal
from pathlib import Path
from typing import ClassVar
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pytest

from deploy.contracts import CONTRACTS, IncompatibleChange, event_schema, file_of, text_of, write_events
from deploy.event_examples import example_of
from shared.contracts.catalogue import EVENTS, decode
from shared.contracts.event import Event
from shared.contracts.frozen import incompatibilities

EXAMPLES = sorted((CONTRACTS / "examples").glob("*.json"))


class Sold(Event):
    """An event as it is frozen."""

    type: ClassVar[str] = "test.thing.sold"

    thing_id: UUID
    price: Decimal
    buyer: str | None = None


def _frozen(folder: Path) -> Path:
    write_events(folder, {Sold.type: Sold})
    return folder


def test_every_event_is_frozen_with_schema_and_example() -> None:
    files = {file_of(kind) for kind in EVENTS.values()}

    assert {file.name for file in EXAMPLES} >= files
    assert {file.name for file in (CONTRACTS / "schemas").glob("*.json")} >= files


def test_the_committed_schemas_are_current() -> None:
    stale = [
        file_of(kind)
        for kind in EVENTS.values()
        if (CONTRACTS / "schemas" / file_of(kind)).read_text() != text_of(event_schema(kind))
    ]

    assert stale == [], "run: make contracts"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_ever_frozen_still_decodes(file: Path) -> None:
    envelope, event = decode(file.read_bytes())

    assert event.type == envelope.type
    assert file.name == f"{envelope.type}.v{envelope.dataversion}.json"


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_every_example_is_valid_by_its_frozen_schema(file: Path) -> None:
    schema = json.loads((CONTRACTS / "schemas" / file.name).read_text())

    jsonschema.validate(json.loads(file.read_text())["data"], schema)


@pytest.mark.parametrize("kind", EVENTS.values(), ids=lambda kind: kind.type)
def test_examples_are_the_same_in_every_run(kind: type[Event]) -> None:
    assert example_of(kind) == example_of(kind)


def test_an_optional_field_may_be_added(tmp_path: Path) -> None:
    class More(Sold):
        colour: str | None = None

    written = write_events(_frozen(tmp_path), {Sold.type: More})

    assert written == ["schemas/test.thing.sold.v1.json"]


def test_a_frozen_example_is_never_written_again(tmp_path: Path) -> None:
    example = _frozen(tmp_path) / "examples" / file_of(Sold)
    example.write_text("kept")

    write_events(tmp_path, {Sold.type: Sold})

    assert example.read_text() == "kept"


class WithoutBuyer(Event):
    type: ClassVar[str] = Sold.type

    thing_id: UUID
    price: Decimal


class PriceAsNumber(Event):
    type: ClassVar[str] = Sold.type

    thing_id: UUID
    price: int
    buyer: str | None = None


class NewRequired(Sold):
    colour: str


class BuyerRequired(Event):
    type: ClassVar[str] = Sold.type

    thing_id: UUID
    price: Decimal
    buyer: str | None


@pytest.mark.parametrize(
    ("kind", "field"),
    [
        (WithoutBuyer, "/buyer"),
        (PriceAsNumber, "/price"),
        (NewRequired, "/colour"),
        (BuyerRequired, "/buyer"),
    ],
)
def test_a_planted_incompatible_change_is_refused_and_nothing_is_written(
    tmp_path: Path, kind: type[Event], field: str
) -> None:
    frozen = _frozen(tmp_path) / "schemas" / file_of(Sold)
    before = frozen.read_text()

    with pytest.raises(IncompatibleChange) as refusal:
        write_events(tmp_path, {Sold.type: kind})

    assert any(finding.startswith(field) for finding in refusal.value.findings)
    assert frozen.read_text() == before


def test_a_change_deep_inside_is_found() -> None:
    frozen = event_schema(EVENTS["pipeline.deal.opened"])
    changed = json.loads(json.dumps(frozen))
    changed["$defs"]["StagePassage"]["properties"]["entered_at"]["format"] = "date"

    assert incompatibilities(frozen, frozen) == []
    assert incompatibilities(frozen, changed) == ["/history/items/entered_at: format changed"]
