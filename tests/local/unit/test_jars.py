"""Kafka's jars are used only when all of them are whole."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.jars import Jar, ensure_jars, expected, is_complete

CONTENT = {"broker.jar": b"the broker", "clients.jar": b"the clients"}
JARS = [Jar(hashlib.sha256(body).hexdigest(), len(body), name) for name, body in CONTENT.items()]


def delivering(content: dict[str, bytes]) -> Callable[[Path], list[Path]]:
    """A source of jars that puts these files into the folder it is given."""

    def fetch(folder: Path) -> list[Path]:
        for name, body in content.items():
            (folder / name).write_bytes(body)
        return [folder / name for name in content]

    return fetch


def test_the_committed_list_names_all_jars_of_the_broker() -> None:
    assert len(expected()) == 45
    assert "kafka_2.13-4.3.1.jar" in {jar.name for jar in expected()}


def test_a_half_finished_download_is_fetched_again(tmp_path: Path) -> None:
    store = tmp_path / "jars"
    store.mkdir()
    (store / "broker.jar").write_bytes(CONTENT["broker.jar"])

    ensure_jars(store, JARS, delivering(CONTENT))

    assert {file.name: file.read_bytes() for file in store.iterdir()} == CONTENT


def test_a_jar_that_was_cut_short_makes_the_set_incomplete(tmp_path: Path) -> None:
    store = ensure_jars(tmp_path / "jars", JARS, delivering(CONTENT))

    (store / "clients.jar").write_bytes(b"the cl")

    assert not is_complete(store, JARS)


def test_a_complete_set_is_used_without_fetching(tmp_path: Path) -> None:
    store = ensure_jars(tmp_path / "jars", JARS, delivering(CONTENT))

    assert ensure_jars(store, JARS, delivering({})) == store


def test_an_altered_jar_is_refused_by_name_and_never_put_in_place(tmp_path: Path) -> None:
    store = tmp_path / "jars"

    with pytest.raises(StackError, match=r"clients\.jar"):
        ensure_jars(store, JARS, delivering({**CONTENT, "clients.jar": b"THE CLIENTS"}))

    assert not store.exists()


def test_a_network_that_refuses_is_told_with_the_way_out(tmp_path: Path) -> None:
    def refusing(_: Path) -> list[Path]:
        raise ConnectionError("no route to the repository")

    with pytest.raises(StackError, match=r"(?s)no route to the repository.*KAFKA_BOOTSTRAP_SERVERS"):
        ensure_jars(tmp_path / "jars", JARS, refusing)
