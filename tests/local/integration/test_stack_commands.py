"""The commands a person types, on a whole stack."""

import os
import signal
import socket
from collections.abc import Iterator

import pytest

from deploy.local.ports import LOOPBACK
from tests.support.product import Stack, stack_in_a_new_folder
from tests.support.waiting import eventually, lives


@pytest.fixture(scope="module")
def running() -> Iterator[Stack]:
    with stack_in_a_new_folder() as product:
        product.up()
        yield product


@pytest.fixture
def stopped() -> Iterator[Stack]:
    with stack_in_a_new_folder() as product:
        yield product


def test_a_started_stack_describes_itself_for_tools(running: Stack) -> None:
    described = running.description

    assert described["gateway_url"] == f"http://127.0.0.1:{running.base}"
    assert set(described["databases"]) == {"gateway", "leads", "pipeline", "forecast"}
    assert described["kafka_bootstrap_servers"] == f"127.0.0.1:{running.base + 9}"
    assert described["services"]["leads"]["metrics_url"].endswith("/metrics")


def test_a_second_up_says_so_and_changes_nothing(running: Stack) -> None:
    before = running.pids()

    answer = running.command("up")

    assert answer.returncode == 0
    assert "is running already" in answer.stdout
    assert running.pids() == before


def test_status_shows_every_process_and_the_memory_of_all(running: Stack) -> None:
    answer = running.command("status")

    assert answer.returncode == 0, answer.stdout
    assert all(name in answer.stdout for name in running.processes)
    assert "resident in all:" in answer.stdout


def test_a_killed_database_and_broker_come_back(running: Stack) -> None:
    running.kill("postgres")
    running.kill("kafka")

    eventually(
        lambda: all(
            running.processes[name]["restarts"] > 0 and running.processes[name]["state"] == "ready"
            for name in ("postgres", "kafka")
        )
    )
    eventually(lambda: running.command("status").returncode == 0)


def test_status_of_a_stack_that_is_not_running_is_a_failure(stopped: Stack) -> None:
    answer = stopped.command("status")

    assert answer.returncode == 1
    assert "not running" in answer.stdout


def test_a_taken_port_stops_the_start_with_port_purpose_and_way_out(stopped: Stack) -> None:
    with socket.socket() as server:
        server.bind((LOOPBACK, stopped.base + 8))
        server.listen()

        answer = stopped.command("up")

    assert answer.returncode == 1
    assert f"Port {stopped.base + 8} is in use, and PostgreSQL needs it." in answer.stdout
    assert "PORT_BASE=" in answer.stdout
    assert not stopped.processes


def test_nothing_is_left_after_down_and_the_data_is_there_again_after_up(stopped: Stack) -> None:
    stopped.up()
    first, pids = stopped.description["databases"], stopped.pids()

    stopped.down()
    survivors = [pid for pid in pids if lives(pid)]
    described = stopped.description
    stopped.up()

    assert survivors == []
    assert described == {}
    assert stopped.description["databases"] == first


def test_after_a_killed_supervisor_nothing_is_left_and_the_next_up_works(stopped: Stack) -> None:
    stopped.up()
    pids = stopped.pids()

    os.kill(stopped.supervisor_pid, signal.SIGKILL)
    eventually(lambda: not any(lives(pid) for pid in pids))
    stopped.up()

    assert stopped.command("status").returncode == 0


def test_reset_throws_the_data_away(stopped: Stack) -> None:
    stopped.up()

    answer = stopped.command("reset", "--force")

    assert answer.returncode == 0, answer.stdout
    assert not stopped.state.exists()


def test_a_database_and_a_broker_of_ones_own_are_used_and_none_is_started(running: Stack) -> None:
    described = running.description
    own = {f"{service.upper()}_DATABASE_URL": url for service, url in described["databases"].items()}

    with stack_in_a_new_folder(**own, KAFKA_BOOTSTRAP_SERVERS=described["kafka_bootstrap_servers"]) as second:
        second.up()

        assert second.description["databases"] == described["databases"]
        assert second.processes.keys().isdisjoint({"postgres", "kafka"})
