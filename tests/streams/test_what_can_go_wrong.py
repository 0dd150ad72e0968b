"""Each row of "What can go wrong" in docs/streams.md has tests that show it, and they exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.support.paths import ROOT

SHOWN_BY = {
    "An event is written and no stream sends it": [
        "tests/streams/test_no_gaps.py::test_signal_is_what_wakes_a_stream",
        "tests/streams/test_promises.py::test_many_readers_get_each_event_once_in_order",
    ],
    "An event commits between replay and live": [
        "tests/streams/test_no_gaps.py::test_nothing_falls_into_a_seam_between_replay_and_live",
        "tests/streams/test_promises.py::test_reader_gets_replay_then_live_then_the_end_and_resumes_without_a_gap",
    ],
    "A notification is lost": [
        "tests/streams/test_listener.py::test_rings_alone_deliver_everything",
        "tests/streams/test_listener.py::test_floor_alone_delivers_everything_and_is_counted",
    ],
    "Each reader costs a query": [
        "tests/streams/test_reads.py::test_event_is_read_once_for_all_readers",
        "tests/streams/test_reads.py::test_quiet_log_is_not_read",
    ],
    "Steps are lost because the percentage is the same": [
        "tests/processes/test_worker.py::test_a_flood_of_reports_becomes_few_events_with_the_last_one",
    ],
    "A slow client fills a queue": [
        "tests/streams/test_limits.py::test_frozen_reader_is_cut_at_the_write_deadline_and_delays_nobody",
    ],
    "A client vanishes without closing": [
        "tests/streams/test_promises.py::test_closed_connection_is_noticed_long_before_a_heartbeat",
        "tests/streams/test_vanished.py::test_peer_that_is_switched_off_is_cut_in_time_and_nobody_else_notices",
        "tests/streams/test_vanished.py::test_peer_whose_packets_are_dropped_is_cut_in_time_and_nobody_else_notices",
        "tests/streams/test_limits.py::test_connects_and_disconnects_leave_nothing_behind",
    ],
    "A proxy holds the stream back": [
        "tests/browser/test_connection.py::test_three_failures_in_a_row_lead_to_polling_and_back",
        "tests/browser/test_truth.py::test_proxy_that_lets_the_beginning_through_and_holds_back_the_rest_leads_to_polling",
    ],
    "Silence may mean a quiet server, a hung step or a dead worker": [
        "tests/streams/test_manners.py::test_heartbeat_tells_working_from_hung",
        "tests/browser/test_connection.py::test_heartbeats_tell_a_hung_step_from_a_lost_worker",
        "tests/processes/test_worker.py::test_a_task_without_reports_is_recorded_as_stalled_once",
    ],
    "Rendering blocks the server": [
        "tests/render/test_thumbnail.py::test_hanging_process_is_killed_when_its_time_is_over",
        "tests/pipeline/test_runner.py::test_hanging_thumbnail_is_a_warning_and_the_video_is_complete",
    ],
    "The server restarts, or the database is restored": [
        "tests/streams/test_promises.py::test_bad_cursor_is_told_and_the_stream_begins_anew",
        "tests/streams/test_reset.py::test_another_history_resets_who_reads_and_goes_on_with_it",
        "tests/browser/test_connection.py::test_page_survives_the_server_being_killed",
    ],
    "An error closes the connection without a word": [
        "tests/browser/test_task_page.py::test_failure_says_what_happened_and_what_to_do_and_where",
        "tests/streams/test_manners.py::test_fault_inside_a_stream_is_said_and_the_stream_closed",
    ],
    "Nobody knows who is connected, and how far behind": [
        "tests/streams/test_limits.py::test_thousand_closed_readers_are_gone_within_a_second_of_work",
    ],
    "Reconnects arrive all at once": ["tests/streams/test_manners.py::test_goodbye_is_spread_out"],
}


def test_every_row_has_tests() -> None:
    page = (ROOT / "docs" / "streams.md").read_text(encoding="utf-8")
    table = page.partition("| what can go wrong |")[2].partition("\n\n")[0]
    assert re.findall(r"^\| ([^|]+) \| [^-]", table, re.MULTILINE) == list(SHOWN_BY)


@pytest.mark.parametrize("test_id", [test_id for test_ids in SHOWN_BY.values() for test_id in test_ids])
def test_named_test_exists(test_id: str) -> None:
    path, _, name = test_id.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
