"""The checklist of what progress over SSE has to stand, each line by its tests: those that speak of a browser in a real one."""

from __future__ import annotations

import contextlib
import json
import os
import re
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from models import attempt, event
from models.attempt import Fact
from models.database import Store
from models.event import Cursor, EventType
from tests.browser.conftest import ROOT, Start
from tests.browser.relay import Relay
from tests.browser.test_task_page import SubmitTask, expect_whole_log, log_ids
from videogen.streams.listener import open_store

SIGN = ".pi-connection"
HERE = "tests/browser/test_checklist.py"
CONNECTION = "tests/browser/test_connection.py"
THUMBNAIL = "tests/render/test_thumbnail.py"
CHECKLIST = {
    "1 messages while a video is generated, whenever progress changes, without gaps": (
        f"{HERE}::test_generations_started_in_several_tabs_are_told_finely_and_leave_nothing_behind",
        f"{HERE}::test_every_step_is_seen_one_after_the_other",
    ),
    "2 updates during thumbnail creation": (f"{HERE}::test_generations_started_in_several_tabs_are_told_finely_and_leave_nothing_behind",),
    "2 the limit on a slow or hanging thumbnail": (
        f"{THUMBNAIL}::test_hanging_process_is_killed_when_its_time_is_over",
        "tests/pipeline/test_runner.py::test_hanging_thumbnail_is_a_warning_and_the_video_is_complete",
    ),
    "2 a server without a display": (f"{THUMBNAIL}::test_it_needs_no_display",),
    "3 the network is cut in the middle, and reconnecting": (
        f"{HERE}::test_network_cut_in_the_middle_costs_no_event",
        f"{HERE}::test_network_that_falls_silent_is_noticed",
        f"{CONNECTION}::test_page_that_is_offline_says_so_and_comes_back_at_once",
    ),
    "3 fallback to polling": (
        f"{CONNECTION}::test_three_failures_in_a_row_lead_to_polling_and_back",
        f"{CONNECTION}::test_polling_tells_everything_to_the_end",
        f"{HERE}::test_all_tabs_are_told_by_one_poll_when_no_stream_gets_through",
        "tests/browser/test_truth.py::test_proxy_that_lets_the_beginning_through_and_holds_back_the_rest_leads_to_polling",
    ),
    "3 the limit on retries": (f"{CONNECTION}::test_client_with_a_limit_gives_up_and_can_be_asked_again",),
    "4 several tabs, a generation in each; CPU, I/O and leaks": (
        f"{HERE}::test_generations_started_in_several_tabs_are_told_finely_and_leave_nothing_behind",
        "tests/browser/test_many_tabs.py::test_25_tabs_on_25_tasks_are_all_live_by_one_connection",
        "tests/streams/test_limits.py::test_connects_and_disconnects_leave_nothing_behind",
    ),
    "5 a task that does not exist": (
        "tests/browser/test_task_page.py::test_unknown_and_deleted_tasks_have_a_page_that_says_so",
        f"{HERE}::test_refusal_is_shown_with_its_reason",
    ),
    "5 a task that finished before anybody connected": (f"{HERE}::test_task_that_finished_before_connecting_is_shown_whole",),
    "5 the backend crashes in the middle": (
        f"{CONNECTION}::test_page_survives_the_server_being_killed",
        "tests/processes/test_worker.py::test_whichever_process_is_killed_the_next_attempt_continues_and_no_process_is_left",
    ),
    "5 damaged state": (
        "tests/models/test_database.py::test_file_that_is_no_database_is_damaged",
        "tests/models/test_damaged_database.py::test_a_stream_that_meets_garbage_says_so_and_ends_and_the_others_go_on",
        "tests/models/test_damaged_database.py::test_bad_rows_are_shown_as_damaged_beside_the_good_ones",
    ),
    "5 changes faster than anyone reads": (
        f"{HERE}::test_changes_faster_than_anyone_reads_are_all_there_and_the_last_one_is_shown",
        "tests/processes/test_worker.py::test_a_flood_of_reports_becomes_few_events_with_the_last_one",
    ),
}

RECORD = "addEventListener('taskchange', ({ detail }) => (window.seen ??= []).push([detail.progress, detail.message]))"
SCRIPT = "---\nheight: 240\nvoice: none\n---\n# Film {}\n\nOne line.\n\n## End\n\n- One\n- Two\n"


@pytest.mark.parametrize("line", CHECKLIST)
def test_each_line_of_the_checklist_has_its_tests(line: str) -> None:
    for named in CHECKLIST[line]:
        file, _, name = named.partition("::")
        assert f"def {name}(" in (ROOT / file).read_text(), named


@pytest.mark.slow
def test_generations_started_in_several_tabs_are_told_finely_and_leave_nothing_behind(browser: Browser, start: Start) -> None:
    server = start("web", "worker", heartbeat_s=1)
    web = server.processes["web"].pid
    urllib.request.urlopen(f"{server.url}/api/streams").close()
    sockets, cpu_s, read_bytes, began = sockets_of(web), cpu_of(web), read_of(web), time.monotonic()
    context = browser.new_context(base_url=server.url)
    context.add_init_script(RECORD)
    tabs = [context.new_page() for _ in range(3)]
    for number, tab in enumerate(tabs):
        tab.goto("/")
        tab.locator("textarea").fill(SCRIPT.format(number))
        tab.get_by_role("button", name="Make video").click()
        tab.wait_for_url(re.compile("/tasks/"))
    store = open_store(server.data)
    for tab in tabs:
        expect(tab.locator(".pi-now")).to_have_text("Your video is ready", timeout=180_000)
        expect(tab.locator("#log li[data-type='task.completed']")).to_have_count(1)
        assert log_ids(tab) == ids_in_store(store, tab.url.rpartition("/")[2])
        progress = [progress for progress, _ in tab.evaluate("seen")]
        assert progress == sorted(progress) and progress[-1] == 1
        lines = tab.locator("#log li").all_text_contents()  # each event, however soon the next one came
        thumbnail, publishing = (
            next(n for n, text in enumerate(lines) if words in text) for words in ("Creating thumbnail", "Publishing the video")
        )
        assert thumbnail < publishing
    assert cpu_of(web) - cpu_s < 0.5 * (time.monotonic() - began)
    assert read_of(web) - read_bytes < 50_000_000
    context.close()
    store.close()
    # One more at most: that by which it rings the others is opened when it first has something to say, and kept.
    expect_soon(lambda: streams(server.url) == 0 and sockets_of(web) <= sockets + 1)


def test_every_step_is_seen_one_after_the_other(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.add_init_script(RECORD)
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    steps = [f"Step {number}" for number in range(1, 201)]
    for number, step in enumerate(steps, 1):
        scripted.progress("video", number / 201, number / 201, step)
    expect(page.locator(".pi-now")).to_have_text(steps[-1])
    seen = page.evaluate("seen.map(([, message]) => message)")
    assert [message for message in dict.fromkeys(seen) if message in steps] == steps
    expect_whole_log(page, scripted)


def test_network_cut_in_the_middle_costs_no_event(context: BrowserContext, relay: Relay, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    tab = context.new_page()
    tab.goto(relay.url + scripted.path)
    expect(tab.locator(SIGN)).to_have_text("Live")
    for cut in range(3):
        scripted.progress("video", 0.1, 0.1, f"Before cut {cut}")
        relay.cut()
        scripted.progress("video", 0.2, 0.2, f"During cut {cut}")
        expect(tab.locator(SIGN)).to_contain_text("trying again")
        relay.mend()
        expect(tab.locator(SIGN)).to_have_text("Live")
        expect(tab.locator(".pi-now")).to_have_text(f"During cut {cut}")
    scripted.complete()
    expect(tab.locator(SIGN)).to_have_text("Ended")
    expect_whole_log(tab, scripted)


def test_network_that_falls_silent_is_noticed(context: BrowserContext, relay: Relay, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page = context.new_page()
    page.goto(relay.url + scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    relay.silence()
    scripted.progress("video", 0.5, 0.5, "Into the silence")
    expect(page.locator(SIGN)).to_contain_text("The connection went silent")
    relay.cut()
    relay.mend()
    expect(page.locator(SIGN)).to_have_text("Live")
    expect(page.locator(".pi-now")).to_have_text("Into the silence")
    expect_whole_log(page, scripted)


def test_all_tabs_are_told_by_one_poll_when_no_stream_gets_through(context: BrowserContext, submit_task: SubmitTask) -> None:
    context.add_init_script("Math.random = () => 0")
    context.route(re.compile(r"/stream(\?|$)"), lambda route: route.abort())
    scripted = submit_task().start()
    polls: list[str] = []
    tabs = [context.new_page() for _ in range(3)]
    for tab in tabs:
        tab.on("request", lambda request: polls.append(request.url) if "wait=25" in request.url else None)
        tab.goto(scripted.path)
    for tab in tabs:
        expect(tab.locator(SIGN)).to_have_attribute("data-connection", "polling")
    scripted.scene(1, 1, "Only")
    scripted.complete()
    for tab in tabs:
        expect(tab.locator(".pi-now")).to_have_text("Your video is ready")
        expect_whole_log(tab, scripted)
    assert polls and all("/api/events?" in address for address in polls)


def test_refusal_is_shown_with_its_reason(context: BrowserContext, submit_task: SubmitTask) -> None:
    """EventSource shows no status to a page: the task's address is asked, and its answer said."""
    scripted = submit_task()
    for status, code, words in (
        (401, "login_required", "You are not logged in."),
        (404, "task_not_found", "There is no such task."),
        (410, "task_deleted", "The task has been deleted."),
    ):
        page = context.new_page()
        body = json.dumps({"status": status, "code": code, "title": "Refused", "detail": words, "hint": "Do this."})
        page.route(re.compile(rf"/api/tasks/{scripted.id}$"), refusing(status, body))
        page.goto(scripted.path)
        expect(page.locator(SIGN)).to_have_attribute("data-connection", "failed")
        expect(page.locator(SIGN)).to_have_text(f"{words} Do this.")
        page.close()


def test_task_that_finished_before_connecting_is_shown_whole(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.scene(1, 1, "Only")
    scripted.complete()
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Ended")
    expect(page.locator(".pi-now")).to_have_text("Your video is ready")
    expect(page.locator("video")).to_be_visible()
    expect_whole_log(page, scripted)


def test_changes_faster_than_anyone_reads_are_all_there_and_the_last_one_is_shown(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.goto(scripted.path)
    expect(page.locator(SIGN)).to_have_text("Live")
    for batch in range(4):
        facts = [
            Fact(EventType.STAGE_PROGRESS, "video", stage_progress=0.5, progress=0.5, message=f"Change {batch * 500 + number}")
            for number in range(500)
        ]
        attempt.report(scripted.store, scripted.lease, facts)
    expect(page.locator(".pi-now")).to_have_text("Change 1999")
    expect_whole_log(page, scripted)


def refusing(status: int, body: str) -> Callable[[Route], None]:
    return lambda route: route.fulfill(status=status, body=body, content_type="application/problem+json")


def ids_in_store(store: Store, task_id: str) -> list[str]:
    with store.reading() as read:
        return [str(Cursor(read.epoch, entry.seq)) for entry in event.after(read, read.floor, task_ids={task_id}, limit=10_000)]


def streams(url: str) -> int:
    with urllib.request.urlopen(f"{url}/api/streams", timeout=30) as answer:
        return len(json.load(answer)["streams"])


def sockets_of(pid: int) -> int:
    count = 0
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # it is closed by now
            count += str(path.readlink()).startswith("socket:")
    return count


def cpu_of(pid: int) -> float:
    """Seconds of CPU so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def read_of(pid: int) -> int:
    """Bytes read so far, from anywhere."""
    return int(re.findall(r"rchar: (\d+)", Path(f"/proc/{pid}/io").read_text())[0])


def expect_soon(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert holds()
