"""The connection pool of one process and the ways to get a connection out of it.

Must never break: `transaction()` commits exactly when its body ends without an error; hooks run after that.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy import event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from shared.persistence import codec

_CONNECT_SECONDS = 5

# What a `dedicated` connection raises when the server is away, went away, or was killed in mid-answer.
CONNECTION_ERRORS = (
    OSError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)


def async_url(url: str) -> URL:
    """`postgresql://…` (also `postgres://`) as the URL of the asyncpg driver."""
    scheme, separator, rest = url.partition("://")
    if not separator or scheme.partition("+")[0] not in {"postgresql", "postgres"}:
        raise ValueError("a database URL starts with postgresql://")
    return make_url(f"postgresql+asyncpg://{rest}")


class Database:
    """One pool. `name` shows as application_name in pg_stat_activity.

    A statement may take 10 s, wait 2 s for a lock, and a transaction idle 30 s: longer is an error.
    Waiting more than `pool_timeout` seconds for a connection raises `sqlalchemy.exc.TimeoutError`.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        pool_size: int = 10,
        max_overflow: int = 0,
        pool_timeout: float = 2.0,
        statement_timeout_ms: int = 10_000,
        lock_timeout_ms: int = 2_000,
    ) -> None:
        self._url = async_url(url)
        self._settings = {
            "application_name": name,
            "statement_timeout": str(statement_timeout_ms),
            "lock_timeout": str(lock_timeout_ms),
            "idle_in_transaction_session_timeout": "30000",
            "jit": "off",
        }
        # The server ends a long statement itself; this is for a server that does not answer at all.
        self._command_seconds = statement_timeout_ms / 1000 + 5
        self.name = name
        self.after_commit: list[Callable[[], None]] = []
        self.engine = create_async_engine(
            self._url,
            pool_size=pool_size,
            max_overflow=max_overflow,
            pool_timeout=pool_timeout,
            pool_use_lifo=True,
            connect_args={
                "server_settings": self._settings,
                "timeout": _CONNECT_SECONDS,
                "command_timeout": self._command_seconds,
                "prepared_statement_cache_size": 500,
            },
            json_serializer=codec.dumps,
            json_deserializer=codec.loads,
        )
        self._autocommit = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        event.listen(self.engine.sync_engine, "checkout", _refuse_closed)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """BEGIN … COMMIT; an error in the body rolls back and is raised on."""
        async with self.engine.begin() as connection:
            yield connection
        self._committed()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Autocommit: every statement is its own transaction and costs one round trip."""
        async with self._autocommit.connect() as connection:
            yield connection
        self._committed()

    async def dedicated(self) -> asyncpg.Connection:
        """A driver connection outside the pool, for LISTEN and session locks. The caller closes it.

        It notices a dead peer within about 20 s, so that a lock held here is known to be lost.
        """
        _, arguments = self.engine.dialect.create_connect_args(self._url)
        arguments.pop("prepared_statement_cache_size", None)
        return await asyncpg.connect(
            **arguments,
            timeout=_CONNECT_SECONDS,
            command_timeout=self._command_seconds,
            server_settings=self._settings
            | {"tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"},
        )

    async def ping(self) -> None:
        """Raises when the database does not answer."""
        async with self._autocommit.connect() as connection:
            await connection.execute(text("SELECT 1"))

    async def close(self) -> None:
        """Close all pooled connections."""
        await self.engine.dispose()

    def _committed(self) -> None:
        for hook in self.after_commit:
            hook()


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    """A socket the server closed is seen here without a round trip; the whole pool is then made anew."""
    if connection.driver_connection.is_closed():
        raise InvalidatePoolError
