"""The worker process of a service: relay, consumer, timers and their health, until SIGTERM.

Must never break: a part that fails for good ends the process with a code other than 0, so that its
supervisor starts a new one; a stop takes less than 10 s.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn, Self

import uvloop

from shared.messaging.consumer import Consumer
from shared.messaging.failures import Limits
from shared.messaging.handlers import Handlers
from shared.messaging.health import HealthServer, WorkerHealth
from shared.messaging.pulse import Pulse
from shared.messaging.relay import Relay
from shared.messaging.settings import KafkaSettings
from shared.messaging.tables import MessagingTables
from shared.messaging.timers import HOUSEKEEPING, Timer, Timers
from shared.messaging.waiting import ends_within
from shared.messaging.wakeup import WakeUp
from shared.messaging.watchdog import Watchdog
from shared.observability.logging import configure_logging, logger
from shared.observability.tracing import configure_tracing
from shared.persistence.database import Database

_DRAIN_SECONDS = 7.0
_CUT_SHORT_SECONDS = 1.0
_CLOSE_SECONDS = 1.0

Part = Callable[[Database, KafkaSettings, asyncio.Event, Pulse], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class MendCommand:
    """One more thing `make mend` can do for a service; `run(database)` answers the exit code."""

    help: str
    run: Callable[[Database], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Wiring:
    """What a service's `worker.py` declares as `WIRING`.

    `parts` are further loops by name: `part(database, kafka, stop, pulse)` returns once `stop` is set and
    beats the pulse at least every 30 s. `commands` are what `make mend` can do for this service alone.
    """

    service: str
    tables: MessagingTables
    subscriptions: tuple[str, ...]
    handlers: Handlers
    timers: tuple[Timer, ...] = ()
    parts: Mapping[str, Part] = field(default_factory=dict)
    limits: Limits | None = None
    commands: Mapping[str, MendCommand] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """From `<SERVICE>_DATABASE_URL`, WORKER_PORT (any free one), WORKER_HOST (127.0.0.1), LOG_LEVEL, KAFKA_*.

    WORKER_FAILURE_LIMIT replaces the service's limits for once: how many failures in a row to let pass when
    a person has decided that so many messages shall be set aside.
    """

    database_url: str
    port: int
    host: str
    log_level: str
    kafka: KafkaSettings
    failure_limit: int | None = None

    @classmethod
    def load(cls, service: str) -> Self:
        """Read the environment; says which variable is missing and exits with 2."""
        return cls(
            database_url=_required(f"{service.upper()}_DATABASE_URL"),
            port=_whole_number("WORKER_PORT") or 0,
            host=os.environ.get("WORKER_HOST") or "127.0.0.1",
            log_level=os.environ.get("LOG_LEVEL") or "INFO",
            kafka=KafkaSettings.load(),
            failure_limit=_whole_number("WORKER_FAILURE_LIMIT"),
        )


def run_worker(wiring: Wiring, settings: WorkerSettings | None = None) -> NoReturn:
    """Run until SIGTERM or SIGINT (exit 0), or until a part fails for good (exit 1)."""
    settings = settings or WorkerSettings.load(wiring.service)
    configure_logging(wiring.service, settings.log_level)
    configure_tracing(wiring.service)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        code = runner.run(_Worker(wiring, settings).run())
    sys.exit(code)


class _Worker:
    def __init__(self, wiring: Wiring, settings: WorkerSettings) -> None:
        self._wiring = wiring
        self._settings = settings
        self._log = logger(__name__)
        self._exit_code = 0

    async def run(self) -> int:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        wiring, settings = self._wiring, self._settings
        database = Database(settings.database_url, name=f"{wiring.service}-worker")
        wake_up = WakeUp(database)
        pulses = {name: Pulse(name) for name in ("relay", "consumer", "timers", *wiring.parts)}
        watchdog = Watchdog(list(pulses.values()))
        watchdog.start()
        health = WorkerHealth(database, list(pulses.values()), stop)
        server = HealthServer(health, host=settings.host, port=settings.port)
        serving = asyncio.create_task(server.serve())
        self._log.info("worker_started", topics=list(wiring.subscriptions))
        try:
            await self._run_parts(database, pulses, stop)
        finally:
            watchdog.finish()
            server.should_exit = True
            closing = (serving, wake_up.close(), database.close())
            await asyncio.gather(*(ends_within(one, _CLOSE_SECONDS) for one in closing))
        self._log.info("worker_stopped", exit_code=self._exit_code)
        return self._exit_code

    async def _run_parts(self, database: Database, pulses: Mapping[str, Pulse], stop: asyncio.Event) -> None:
        """All parts side by side; after `stop` they have 7 s to finish what is in hand, and 1 s to let go."""
        running = [
            asyncio.create_task(self._watched(name, part, pulses[name], stop), name=name)
            for name, part in self._parts(database, pulses, stop).items()
        ]
        await stop.wait()
        _, late = await asyncio.wait(running, timeout=_DRAIN_SECONDS)
        if late:
            self._log.warning("drain_cut_short", parts=sorted(part.get_name() for part in late))
            for part in late:
                part.cancel()
            await asyncio.wait(late, timeout=_CUT_SHORT_SECONDS)

    def _parts(
        self, database: Database, pulses: Mapping[str, Pulse], stop: asyncio.Event
    ) -> Mapping[str, Awaitable[None]]:
        wiring, kafka = self._wiring, self._settings.kafka
        relay = Relay(database, kafka, service=wiring.service, pulse=pulses["relay"])
        timers = Timers(database, (*HOUSEKEEPING, *wiring.timers), pulse=pulses["timers"])
        parts: dict[str, Awaitable[None]] = {"relay": relay.run(stop), "timers": timers.run(stop)}
        if wiring.subscriptions:
            consumer = Consumer(
                database,
                wiring.tables,
                kafka,
                service=wiring.service,
                topics=wiring.subscriptions,
                handlers=wiring.handlers,
                limits=_limits(wiring, self._settings),
                pulse=pulses["consumer"],
            )
            parts["consumer"] = consumer.run(stop)
        else:
            pulses["consumer"].end()
        for name, part in wiring.parts.items():
            parts[name] = part(database, kafka, stop, pulses[name])
        return parts

    async def _watched(self, name: str, running: Awaitable[None], pulse: Pulse, stop: asyncio.Event) -> None:
        """A part that fails, or ends unasked, stops the others in good order and makes the exit code 1."""
        try:
            await running
            if not stop.is_set():
                self._log.error("part_ended", part=name)
                self._exit_code = 1
        except Exception as error:  # noqa: BLE001 - the edge of the process: said, and the process ends
            self._log.error("part_failed", part=name, exc_info=error)
            self._exit_code = 1
        finally:
            pulse.end()
            stop.set()


def _limits(wiring: Wiring, settings: WorkerSettings) -> Limits:
    if settings.failure_limit is not None:
        return Limits(consecutive=settings.failure_limit, ratio=1.0)
    return wiring.limits or Limits()


def _whole_number(variable: str) -> int | None:
    value = os.environ.get(variable)
    if value and not value.isdecimal():
        print(f"environment variable {variable} is no whole number", file=sys.stderr)
        raise SystemExit(2)
    return int(value) if value else None


def _required(variable: str) -> str:
    value = os.environ.get(variable)
    if not value:
        print(f"environment variable {variable} is not set", file=sys.stderr)
        raise SystemExit(2)
    return value
