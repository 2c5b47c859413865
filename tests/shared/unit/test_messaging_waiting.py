"""Waiting in a worker ends when the worker is told to stop, and never for good."""

import asyncio

import pytest

from shared.messaging.waiting import ends_within, pause, unless_stopped
from tests.support.waiting import HANG_SECONDS

AN_HOUR = 3600.0


async def for_ever() -> None:
    await asyncio.Event().wait()


async def test_a_pause_ends_when_told_to_stop() -> None:
    stop = asyncio.Event()
    pausing = asyncio.create_task(pause(stop, AN_HOUR))

    stop.set()

    await asyncio.wait_for(pausing, HANG_SECONDS)


async def test_what_is_waited_for_is_given_up_when_told_to_stop() -> None:
    stop = asyncio.Event()
    doing = asyncio.create_task(for_ever())
    waiting = asyncio.create_task(unless_stopped(stop, doing, within=AN_HOUR))

    stop.set()

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(waiting, HANG_SECONDS)
    await asyncio.wait({doing}, timeout=HANG_SECONDS)
    assert doing.cancelled()


async def test_what_takes_too_long_is_given_up_without_a_stop() -> None:
    with pytest.raises(TimeoutError):
        await unless_stopped(asyncio.Event(), for_ever(), within=0.01)


async def test_an_error_of_what_is_waited_for_is_raised() -> None:
    async def fails() -> None:
        raise LookupError("a mistake")

    with pytest.raises(LookupError):
        await unless_stopped(asyncio.Event(), fails(), within=AN_HOUR)


async def test_a_clean_up_that_was_given_up_inside_is_neither_finished_nor_an_error() -> None:
    async def gives_up() -> None:
        raise asyncio.CancelledError

    assert await ends_within(gives_up(), AN_HOUR) is False


async def test_a_clean_up_that_takes_too_long_is_left_behind() -> None:
    assert await ends_within(for_ever(), 0.01) is False
