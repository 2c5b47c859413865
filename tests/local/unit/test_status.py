"""What `make status` reads."""

from pathlib import Path

from deploy.local.files import last_lines, read_json, shorten_log, write_json
from deploy.local.status import PlannedWork, agenda_of, sum_of

METRICS = """# HELP consumer_lag Messages behind.
# TYPE consumer_lag gauge
consumer_lag{topic="leads.lead",partition="0"} 3.0
consumer_lag{topic="leads.lead",partition="1"} 4.0
consumer_lag_total 99
outbox_backlog 0.0
"""


def test_lag_is_summed_over_partitions() -> None:
    assert sum_of(METRICS, "consumer_lag") == 7


def test_an_empty_outbox_is_zero_and_not_unknown() -> None:
    assert sum_of(METRICS, "outbox_backlog") == 0


def test_the_agenda_is_shown_by_kind_without_kinds_of_which_nothing_is_planned() -> None:
    metrics = """# TYPE agenda_entries gauge
agenda_entries{kind="lead.review",service="leads",state="overdue"} 0.0
agenda_entries{kind="lead.triage",service="leads",state="planned"} 2.0
agenda_entries{kind="lead.triage",service="leads",state="overdue"} 3.0
agenda_entries{kind="lead.triage",service="leads",state="failing"} 1.0
agenda_entries{kind="lead.triage",service="leads",state="set_aside"} 1.0
# TYPE agenda_kind_oldest_overdue_seconds gauge
agenda_kind_oldest_overdue_seconds{kind="lead.triage",service="leads"} 12.5
"""

    works = agenda_of(metrics)

    assert works == [PlannedWork("leads", "lead.triage", 2, 3, 12.5, failing=1, set_aside=1)]


def test_a_metric_that_is_not_there_is_unknown() -> None:
    assert sum_of("", "consumer_lag") is None


def test_a_damaged_file_reads_as_empty(tmp_path: Path) -> None:
    (tmp_path / "stack.json").write_text('{"gateway_url":')

    assert read_json(tmp_path / "stack.json") == {}


def test_a_file_is_written_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_json(tmp_path / "stack.json", {"ready": True})

    assert read_json(tmp_path / "stack.json") == {"ready": True}
    assert [file.name for file in tmp_path.iterdir()] == ["stack.json"]


def test_a_log_that_grew_too_long_is_moved_aside_while_its_writer_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "leads.log"
    with log.open("a") as writer:
        print("old", file=writer, flush=True)
        shorten_log(log, longest=2)
        print("new", file=writer, flush=True)

    assert log.read_text() == "new\n"
    assert (tmp_path / "leads.log.1").read_text() == "old\n"


def test_the_end_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    log = tmp_path / "leads.log"
    log.write_text("".join(f"line {number}\n" for number in range(100)))

    assert last_lines(log, 2) == "line 98\nline 99"
