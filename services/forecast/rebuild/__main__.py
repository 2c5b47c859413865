"""Make ledgers anew beside the live ones, then swap: `python -m services.forecast.rebuild deals [--dry-run]`.

The worker and the API go on. What differs is printed before the swap; events that the live ledger knows and
the topic does not are waited for, then refused.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

import uvloop
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError

from services.forecast.rebuild.ledgers import LEDGERS
from services.forecast.rebuild.run import NotRebuilt, rebuild
from shared.messaging.processor import reason_of
from shared.messaging.worker import WorkerSettings
from shared.observability.logging import configure_logging
from shared.persistence.database import Database

_LONG_MS = 60 * 60 * 1000


def main() -> None:
    """Exits with 1 when a ledger was not rebuilt, with 2 when a setting is missing or wrong."""
    parser = argparse.ArgumentParser(prog="services.forecast.rebuild", description=__doc__)
    parser.add_argument("ledgers", nargs="+", choices=sorted(LEDGERS), metavar="ledger")
    parser.add_argument("--dry-run", action="store_true", help="only compare")
    given = parser.parse_args()
    configure_logging("forecast-rebuild", "ERROR")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        sys.exit(runner.run(_run(given.ledgers, dry_run=given.dry_run)))


async def _run(names: Sequence[str], *, dry_run: bool) -> int:
    settings = WorkerSettings.load("forecast")
    database = Database(
        settings.database_url, name="forecast-rebuild", pool_size=3, statement_timeout_ms=_LONG_MS
    )
    try:
        for name in names:
            print(f"{name}:", flush=True)
            await rebuild(database, settings.kafka, LEDGERS[name], dry_run=dry_run, say=_say)
    except NotRebuilt as reason:
        print(f"  not rebuilt: {reason}", file=sys.stderr)
        return 1
    except (KafkaError, DBAPIError, OSError) as error:
        print(f"  not rebuilt, the database or the broker is in trouble: {reason_of(error)}", file=sys.stderr)
        return 1
    finally:
        await database.close()
    return 0


def _say(line: str) -> None:
    print(f"  {line}", flush=True)


if __name__ == "__main__":
    main()
