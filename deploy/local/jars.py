"""Kafka's jars: fetched once, checked against the committed hashes, kept in the virtual environment.

A jar that is missing, cut short or altered is never used: the whole set is fetched again.
"""

import hashlib
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError

KAFKA = "org.apache.kafka:kafka_2.13:4.3.1"
STORE = Path(sys.prefix) / "share" / "kafka" / "4.3.1"
LIST = Path(__file__).with_name("kafka-jars.txt")
Fetch = Callable[[Path], list[Path]]


@dataclass(frozen=True, slots=True)
class Jar:
    """One expected file."""

    sha256: str
    size: int
    name: str

    def looks_right(self, folder: Path) -> bool:
        file = folder / self.name
        return file.is_file() and file.stat().st_size == self.size

    def is_right(self, file: Path) -> bool:
        return hashlib.sha256(file.read_bytes()).hexdigest() == self.sha256


def expected(listing: Path = LIST) -> list[Jar]:
    """What the committed list asks for: hash, size in bytes and name of every jar."""
    rows = (line.split() for line in listing.read_text().splitlines() if line)
    return [Jar(sha256, int(size), name) for sha256, size, name in rows]


def is_complete(store: Path = STORE, jars: list[Jar] | None = None) -> bool:
    """Whether every jar is there in full length; cheap enough for every start."""
    return all(jar.looks_right(store) for jar in jars or expected())


def ensure_jars(store: Path = STORE, jars: list[Jar] | None = None, fetch: Fetch | None = None) -> Path:
    """The folder with all jars, fetched into a new folder and put in place in one step if need be.

    The first try may reuse jars another tool left in the user's Maven folder; should one of those
    be damaged, the second try takes nothing from there.
    """
    wanted = jars or expected()
    if is_complete(store, wanted):
        return store
    store.parent.mkdir(parents=True, exist_ok=True)
    tries = [fetch] if fetch else [_fetch_reusing, _fetch_anew]
    problem = ""
    for attempt in tries:
        with tempfile.TemporaryDirectory(dir=store.parent, prefix=".fetching-") as name:
            problem = _fill(Path(name), wanted, attempt)
            if not problem:
                _put_in_place(Path(name) / "jars", store)
                return store
    raise StackError(
        f"Kafka's jars could not be fetched: {problem}\n"
        "They are needed once, from Maven Central; after that the stack starts without a network. "
        "To use a broker of your own, set KAFKA_BOOTSTRAP_SERVERS."
    )


def _fill(folder: Path, wanted: list[Jar], fetch: Fetch) -> str:
    """Fetch and check every jar; gives what went wrong, or nothing."""
    try:
        found = {path.name: path for path in fetch(folder)}
    except (OSError, RuntimeError, ValueError) as refusal:
        return str(refusal)
    wrong = [jar.name for jar in wanted if jar.name not in found or not jar.is_right(found[jar.name])]
    if wrong:
        return f"missing or damaged: {', '.join(wrong)}."
    ready = folder / "jars"
    ready.mkdir()
    for jar in wanted:
        shutil.copyfile(found[jar.name], ready / jar.name)
    return ""


def _put_in_place(ready: Path, store: Path) -> None:
    shutil.rmtree(store, ignore_errors=True)
    try:
        ready.replace(store)
    except OSError:
        if not is_complete(store):
            raise


def _fetch_reusing(folder: Path) -> list[Path]:
    import jgo

    jars: list[Path] = jgo.build(KAFKA, cache_dir=folder / "cache").all_jars
    return jars


def _fetch_anew(folder: Path) -> list[Path]:
    from jgo.env import EnvironmentBuilder
    from jgo.maven import MavenContext

    context = MavenContext(repo_cache=folder / "repository")
    builder = EnvironmentBuilder(context=context, cache_dir=folder / "cache")
    jars: list[Path] = builder.from_endpoint(KAFKA).all_jars
    return jars


if __name__ == "__main__":
    print(ensure_jars())
