"""`python -m services.gateway.worker`: publishes the gateway's events and fills the feed with everybody's."""

from datetime import datetime

from services.gateway.feed.queries import prune
from services.gateway.session.use_cases.keep_session import forget_old_sessions
from services.gateway.settings import FeedSettings
from services.gateway.sign_in.use_cases.forget_failures import forget_old_failures
from services.gateway.tables import MESSAGING
from services.gateway.topics import HANDLERS, SUBSCRIPTIONS
from shared.messaging.timers import Timer
from shared.messaging.worker import Wiring, run_worker
from shared.persistence.database import Database
from shared.web import idempotency

_HOUR = 3600.0


async def _prune_feed(database: Database, now: datetime) -> None:
    await prune(database, now, FeedSettings.load().feed_retention_days)


async def _forget_sessions(database: Database, now: datetime) -> None:
    async with database.transaction() as connection:
        await forget_old_sessions(connection, now=now)
        await forget_old_failures(connection, now)


async def _purge_answers(database: Database, now: datetime) -> None:
    async with database.transaction() as connection:
        await idempotency.purge(connection, now=now)


WIRING = Wiring(
    service="gateway",
    tables=MESSAGING,
    subscriptions=SUBSCRIPTIONS,
    handlers=HANDLERS,
    timers=(
        Timer("feed-pruning", _HOUR, _prune_feed),
        Timer("session-trimming", _HOUR, _forget_sessions),
        Timer("idempotency-trimming", _HOUR, _purge_answers),
    ),
)

if __name__ == "__main__":
    run_worker(WIRING)
