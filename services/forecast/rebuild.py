"""Empty ledgers for their events to fill anew: `python -m services.forecast.rebuild pipeline.deal ...`.

Afterwards the producer sends the events again from its outbox, which keeps them all:
`python -m shared.messaging.mend pipeline republish --topic pipeline.deal --since 2000-01-01`. Until then
figures are too small. Safe while the worker runs: a ledger tolerates repeats and any order by itself.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, text

from services.forecast.schema import account, activity_ledger, deal_ledger, lead_ledger, product, territory
from services.forecast.tables import MESSAGING
from shared.persistence.database import Database

TABLES: Mapping[str, tuple[str, ...]] = {
    "pipeline.deal": (deal_ledger.deal_now.name, deal_ledger.deal_fact.name),
    "pipeline.product": (product.known_product.name,),
    "leads.lead": (lead_ledger.lead_now.name,),
    "leads.account": (account.known_account.name,),
    "leads.territory": (territory.known_territory.name,),
    "leads.activity": (activity_ledger.activity_now.name,),
}


async def forget(database: Database, topics: Sequence[str]) -> None:
    """Empty what was built from these topics, and accept their events again. One transaction.

    Event ids carry no topic, so those of all topics are forgotten: other topics' repeats are still told by
    their sequence.
    """
    names = [name for topic in topics for name in TABLES[topic]]
    async with database.transaction() as connection:
        await connection.execute(text(f"TRUNCATE {', '.join(names)}, inbox"))
        await connection.execute(delete(MESSAGING.applied).where(MESSAGING.applied.c.topic.in_(topics)))


def main() -> None:
    """Exits with 2 when FORECAST_DATABASE_URL is not set or a topic builds no ledger."""
    parser = argparse.ArgumentParser(prog="services.forecast.rebuild", description=__doc__)
    parser.add_argument("topics", nargs="+", choices=sorted(TABLES), metavar="topic")
    topics = parser.parse_args().topics
    url = os.environ.get("FORECAST_DATABASE_URL")
    if not url:
        print("environment variable FORECAST_DATABASE_URL is not set", file=sys.stderr)
        raise SystemExit(2)
    asyncio.run(_run(url, topics))
    for topic in topics:
        service = topic.split(".", maxsplit=1)[0]
        print(
            f"{topic} is forgotten; now: python -m shared.messaging.mend {service} republish --topic {topic}"
        )


async def _run(url: str, topics: Sequence[str]) -> None:
    database = Database(url, name="forecast-rebuild", pool_size=1)
    try:
        await forget(database, topics)
    finally:
        await database.close()


if __name__ == "__main__":
    main()
