"""What a consumer holds, how positions are read, and how hanging loops are noticed."""

import subprocess
import sys
from dataclasses import dataclass

import pytest
from aiokafka.structs import TopicPartition

from shared.contracts.ids import new_id
from shared.messaging.applied import parse_position
from shared.messaging.pulse import Pulse
from shared.messaging.settings import KafkaSettings
from shared.messaging.watchdog import HUNG_EXIT_CODE
from shared.messaging.workload import RevokeListener, Workload
from tests.support.waiting import HANG_SECONDS

A, B = TopicPartition("t", 0), TopicPartition("t", 1)


@dataclass
class Record:
    offset: int


def a_workload() -> Workload:
    """In which no time passes."""
    return Workload(now=lambda: 0.0)


async def test_a_partition_that_is_held_back_leaves_the_others_their_turn() -> None:
    work = a_workload()
    work.add(A, [Record(5)])
    work.add(B, [Record(7)])

    assert work.next_due() == A
    assert work.hold(A)
    assert work.next_due() == B
    work.done(B)
    assert work.next_due() is None
    assert 0 < work.seconds_to_next(10) < 1
    assert work.first_open(A) == 5


async def test_what_was_read_of_a_lost_partition_is_forgotten() -> None:
    work = a_workload()
    listener = RevokeListener(work)
    work.add(A, [Record(5)])

    await listener.on_partitions_revoked({A})

    assert work.revoking
    assert work.next_due() is None
    assert work.hold(A) is False
    await listener.on_partitions_assigned({B})
    assert not work.revoking


def test_a_position_is_read_as_it_is_written() -> None:
    lead = new_id()

    assert parse_position(f" leads.lead/{lead}/3") == ("leads.lead", lead, 3)


LEAD = "0192f0c1-0000-7000-8000-000000000000"


@pytest.mark.parametrize(
    "text",
    ["", "leads.lead", "leads.lead/x/1", f"/{LEAD}/1", f"a/{LEAD}/0", f"a/{LEAD}/9{'9' * 19}"],
)
def test_what_is_no_position_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a position is"):
        parse_position(text)


def test_a_loop_that_ended_on_purpose_is_never_silent() -> None:
    pulse = Pulse("relay")
    pulse.end()

    assert pulse.silence() == 0


def test_a_process_whose_loop_hangs_is_ended_and_says_where_it_hung() -> None:
    program = (
        "import time\n"
        "from shared.messaging.pulse import Pulse\n"
        "from shared.messaging.watchdog import Watchdog\n"
        "Watchdog([Pulse('consumer')], limit_seconds=1, look_every_seconds=0.5).start()\n"
        "time.sleep(600)\n"
    )

    command = [sys.executable, "-c", program]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=HANG_SECONDS, check=False)

    assert ended.returncode == HUNG_EXIT_CODE
    assert "no sign of life from consumer" in ended.stderr
    assert "line 5" in ended.stderr


def test_a_missing_broker_address_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("KAFKA_BOOTSTRAP_SERVERS", raising=False)

    with pytest.raises(SystemExit) as end:
        KafkaSettings.load()

    assert end.value.code == 2
    assert capsys.readouterr().err == "environment variable KAFKA_BOOTSTRAP_SERVERS is not set\n"


def test_names_on_the_broker_carry_the_prefix_and_lose_it_again() -> None:
    kafka = KafkaSettings(bootstrap_servers="x:1", topic_prefix="test.")

    assert kafka.topic("leads.lead") == "test.leads.lead"
    assert kafka.name_of("test.leads.lead") == "leads.lead"
    assert kafka.dead_letter_topic("leads") == "test.leads.dead_letter"


async def test_partitions_of_a_topic_that_are_due_go_together_up_to_a_limit() -> None:
    work = a_workload()
    late, other = TopicPartition("t", 2), TopicPartition("u", 0)
    for partition, count in ((A, 3), (B, 4), (late, 1), (other, 1)):
        work.add(partition, [Record(offset) for offset in range(count)])
    work.hold(late)

    assert work.due_with(A, limit=7) == [A, B]
    assert work.due_with(A, limit=6) == [A]
    assert work.due_with(A, limit=1) == [A]


async def test_partitions_held_back_together_are_tried_again_together() -> None:
    work = a_workload()
    work.add(A, [Record(5)])
    work.add(B, [Record(7)])
    work.hold(B)

    assert work.hold(A, B)

    assert work.next_due() is None
    assert work.begin([A])[0].due == work.begin([B])[0].due


async def test_what_is_done_waits_for_its_commit_and_is_dropped_with_its_partition() -> None:
    work = a_workload()
    listener = RevokeListener(work)
    work.add(A, [Record(5), Record(6)])
    work.done(A)
    assert work.uncommitted == {A: 7}

    work.committed({A: 6})
    assert work.uncommitted == {A: 7}
    work.committed({A: 7})
    assert work.uncommitted == {}

    work.add(A, [Record(7)])
    work.add(B, [Record(1)])
    work.done(A)
    await listener.on_partitions_revoked({A, B})
    work.done(B)
    assert work.uncommitted == {}
