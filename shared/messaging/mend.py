"""Looking after a service's messages: `python -m shared.messaging.mend <service> <command>`.

Must never break: nothing here deletes a message; what is replayed or sent again is deduplicated by consumers.
"""

import argparse
import asyncio
import importlib
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from types import MappingProxyType
from uuid import UUID

from aiokafka.errors import KafkaError

from shared.messaging.mending import Mending
from shared.messaging.worker import MendCommand, Wiring, WorkerSettings
from shared.observability.logging import configure_logging
from shared.persistence.database import Database

_LONG_MS = 10 * 60 * 1000
"""Sending all events of a topic again marks millions of rows."""


def arguments(
    given: Sequence[str] | None = None, own: Mapping[str, MendCommand] = MappingProxyType({})
) -> argparse.Namespace:
    """The command line, or `given` in its place. `own`: what only this service can do."""
    parser = argparse.ArgumentParser(prog="shared.messaging.mend", description=__doc__)
    parser.add_argument("service")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("status", help="backlog, lag, parked aggregates, dead letters")
    commands.add_parser("dead-letters", help="list them, newest first")
    redeliver = commands.add_parser(
        "redeliver", help="send dead letters to their topic again, bytes unchanged"
    )
    which = redeliver.add_mutually_exclusive_group(required=True)
    which.add_argument("--id", type=int, action="append")
    which.add_argument("--all", action="store_true", help="all that were not redelivered yet")
    commands.add_parser("parked", help="list the parked aggregates, oldest first")
    replay = commands.add_parser("replay", help="apply the events of parked aggregates, in order")
    which = replay.add_mutually_exclusive_group(required=True)
    which.add_argument("--aggregate", type=UUID, action="append")
    which.add_argument("--all", action="store_true")
    republish = commands.add_parser("republish", help="send a topic's events again, from the outbox")
    republish.add_argument("--topic", required=True)
    republish.add_argument("--since", type=_instant, required=True, help="ISO 8601; without zone: UTC")
    for name, command in own.items():
        commands.add_parser(name, help=command.help)
    return parser.parse_args(given)


def own_commands(given: Sequence[str]) -> Mapping[str, MendCommand]:
    """Those of the service that is named first; none when there is no such service."""
    named = [argument for argument in given if not argument.startswith("-")]
    return wiring_of(named[0]).commands if named else {}


def _instant(value: str) -> datetime:
    parsed = datetime.fromisoformat(value)
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def wiring_of(service: str) -> Wiring:
    """`WIRING` of `services.<service>.worker`; exits with 2 when there is no such service."""
    try:
        wiring: Wiring = importlib.import_module(f"services.{service}.worker").WIRING
    except ModuleNotFoundError as error:
        if error.name not in {"services", f"services.{service}", f"services.{service}.worker"}:
            raise
        print(f"there is no service {service!r} with a worker", file=sys.stderr)
        raise SystemExit(2) from None
    return wiring


async def run(given: argparse.Namespace) -> int:
    """Carry out one command; 0 when all of it succeeded."""
    wiring = wiring_of(given.service)
    settings = WorkerSettings.load(given.service)
    database = Database(
        settings.database_url, name=f"{given.service}-mend", pool_size=2, statement_timeout_ms=_LONG_MS
    )
    mending = Mending(database, settings.kafka, wiring)
    try:
        if given.command in wiring.commands:
            return await wiring.commands[given.command].run(database)
        return await _COMMANDS[given.command](mending, given)
    except KafkaError as error:
        print(f"the broker is away: {type(error).__name__}", file=sys.stderr)
        return 1
    finally:
        await database.close()


async def _status(mending: Mending, _: argparse.Namespace) -> int:
    status = await mending.status()
    print(f"outbox backlog   {status.backlog.count} (oldest {status.backlog.oldest_seconds:.1f} s)")
    for topic, lag in sorted(status.lag.items()):
        print(f"lag              {lag:>8} {topic}")
    if status.lag_unknown:
        print(f"lag              unknown: {status.lag_unknown}")
    print(f"parked           {status.parked_aggregates} aggregates, {status.parked_events} events")
    print(f"dead letters     {status.dead_letters} not redelivered")
    return 0


async def _dead_letters(mending: Mending, _: argparse.Namespace) -> int:
    for letter in await mending.dead_letters():
        state = "redelivered" if letter.redelivered_at else "open"
        place = f"{letter.topic}[{letter.partition}]@{letter.message_offset}"
        print(f"{letter.id:>6} {letter.dead_at:%Y-%m-%dT%H:%M:%SZ} {state:<11} {place} {letter.reason}")
    return 0


async def _redeliver(mending: Mending, given: argparse.Namespace) -> int:
    print(f"redelivered {await mending.redeliver(given.id)}")
    return 0


async def _parked(mending: Mending, _: argparse.Namespace) -> int:
    for each in await mending.parking.aggregates():
        print(
            f"{each.aggregate_id} {each.topic} {each.events} events since {each.since:%FT%TZ} {each.reason}"
        )
    return 0


async def _replay(mending: Mending, given: argparse.Namespace) -> int:
    outcomes = await mending.replay(given.aggregate)
    for outcome in outcomes:
        print(f"{outcome.aggregate_id} {outcome.topic} {outcome.said}")
    failed = sum(not outcome.replayed for outcome in outcomes)
    print(f"replayed {len(outcomes) - failed}, still parked {failed}")
    return 1 if failed else 0


async def _republish(mending: Mending, given: argparse.Namespace) -> int:
    count = await mending.republish(given.topic, given.since)
    print(f"{count} events will be sent again by the relay")
    return 0


_COMMANDS = {
    "status": _status,
    "dead-letters": _dead_letters,
    "redeliver": _redeliver,
    "parked": _parked,
    "replay": _replay,
    "republish": _republish,
}


if __name__ == "__main__":
    configure_logging("mend", "ERROR")
    sys.exit(asyncio.run(run(arguments(own=own_commands(sys.argv[1:])))))
