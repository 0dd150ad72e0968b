"""What a reader of the log is promised, without HTTP: everything once and in order, or a word that says why not."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import Store, attempt, event, keeping, task
from models.attempt import Fact
from models.database import Read
from models.event import Cursor, EventType
from models.signals import event_appended
from models.task import Task
from tests.models.moves import Moves
from tests.models.shell import sqlite
from tests.stream.whatwg import Message, Parser
from videogen.errors import StageFailed, StoreBusy, TaskGone, TaskNotFound, TooManyStreams
from videogen.listen import Listener, ring
from videogen.stream import Stream, Streams, Watch, watching
from videogen.tail import Tail, public

LONG_S = 1000.0
"""A heartbeat that no test lives to see."""


def describe(_: Read, found: Task) -> Mapping[str, Any]:
    return {"id": found.id, "status": found.status}


def streams_of(store: Store, **more: Any) -> Streams:
    return Streams(store, describe, **({"heartbeat_s": LONG_S} | more))


class Browser:
    """Reads a stream in a thread of its own, as a browser does."""

    def __init__(self, stream: Stream | None) -> None:
        assert stream, "there was nothing left to say"
        self.stream = stream
        self.parser = Parser()
        self.messages: list[Message] = []
        self.closed = False
        self._more = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for chunk in self.stream:
            with self._more:
                self.messages += self.parser.feed(chunk)
                self._more.notify_all()
        with self._more:
            self.closed = True
            self._more.notify_all()

    def until(self, wanted: Callable[[list[Message]], object]) -> None:
        with self._more:
            assert self._more.wait_for(lambda: wanted(self.messages), timeout=60), self.messages

    def until_event(self, name: str, times: int = 1) -> Message:
        self.until(lambda messages: sum(each.event == name for each in messages) >= times)
        return [each for each in self.messages if each.event == name][times - 1]

    def until_type(self, type_: str) -> None:
        self.until(lambda _: type_ in self.types)

    def until_end(self) -> list[Message]:
        with self._more:
            assert self._more.wait_for(lambda: self.closed, timeout=60), self.messages
        return self.messages

    @property
    def names(self) -> list[str]:
        return [each.event for each in self.messages]

    @property
    def ids(self) -> list[str]:
        """Of the events of the log."""
        return [each.id for each in self.messages if each.event == "message"]

    @property
    def types(self) -> list[str]:
        return [json.loads(each.data)["type"] for each in self.messages if each.event == "message"]

    def close(self) -> None:
        self.stream.hang_up()
        self._thread.join(timeout=60)


Open = Callable[..., Browser]


@pytest.fixture
def open_(store: Store) -> Iterator[Open]:
    """Opens a stream of the store: `open_(watch, cursor, streams)`."""
    browsers: list[Browser] = []

    def run(watch: Watch, cursor: str | None = None, streams: Streams | None = None) -> Browser:
        browsers.append(Browser((streams or streams_of(store)).new(watch, cursor)))
        return browsers[-1]

    yield run
    for each in browsers:
        each.close()


@pytest.fixture
def moves(store: Store) -> Moves:
    return Moves(store)


def place(store: Store, seq: int) -> str:
    with store.reading() as read:
        return str(Cursor(read.epoch, seq))


def data_of(message: Message) -> Any:
    return json.loads(message.data)


# Replay, live, end


def test_finished_task_is_replayed_whole_and_ends(moves: Moves, open_: Open) -> None:
    film = moves.make()
    browser = open_(watching([film.id]))
    messages = browser.until_end()
    assert browser.names == ["hello", *["message"] * len(moves.events(film.id)), "end"]
    assert [data_of(each) for each in messages[1:-1]] == [json.loads(json.dumps(public(each))) for each in moves.events(film.id)]
    assert browser.ids == [place(moves.store, each.seq) for each in moves.events(film.id)]
    assert (data_of(messages[0])["task"]["status"], data_of(messages[-1])) == ("completed", {"status": "completed"})
    assert browser.parser.retry_ms == 1000


def test_hello_end_and_heartbeat_have_no_id(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]), None, streams_of(moves.store, heartbeat_s=0.01))
    browser.until_event("heartbeat")
    task.cancel(moves.store, made.id)
    messages = browser.until_end()
    ids = {each.event: each.id for each in messages}
    assert ids["hello"] == ""
    assert ids["heartbeat"] in {each.id for each in messages if each.event == "message"}, "it keeps the one before"
    assert messages[-1].id == messages[-2].id


def test_events_come_as_they_are_committed_and_the_stream_ends_with_the_task(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    lease = moves.claim().lease
    for number in range(20):
        moves.say(lease, f"Scene {number}")
    attempt.complete(moves.store, lease)
    browser.until_end()
    assert browser.types == moves.types(made.id)
    assert browser.names[-1] == "end"


def test_reader_holds_no_snapshot_while_it_sends(moves: Moves) -> None:
    """One that is open pins the write-ahead log for as long as a slow reader takes."""
    film = moves.make()
    moves.submit()
    for watch in (watching(), watching([film.id])):
        stream = streams_of(moves.store, heartbeat_s=0.01).new(watch, None)
        assert stream
        assert all(moves.store.checkpoint() for _ in islice(stream, 5))


def test_receiver_is_not_collected_as_garbage(moves: Moves, open_: Open) -> None:
    """blinker keeps weak references unless told otherwise."""
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    gc.collect()
    task.cancel(moves.store, made.id)
    browser.until_end()


def test_client_that_has_it_all_gets_nothing_more(moves: Moves) -> None:
    film = moves.make()
    streams = streams_of(moves.store)
    last = moves.events(film.id)[-1].seq
    assert streams.new(watching([film.id]), place(moves.store, last)) is None
    assert streams.new(watching([film.id]), place(moves.store, last - 1)) is not None
    assert streams.new(watching([film.id]), None) is not None


def test_client_resumes_after_its_last_event(moves: Moves, open_: Open) -> None:
    film = moves.make()
    seqs = [each.seq for each in moves.events(film.id)]
    for cut in (0, 1, len(seqs) // 2, len(seqs) - 2):
        browser = open_(watching([film.id]), place(moves.store, seqs[cut]))
        browser.until_end()
        assert browser.ids == [place(moves.store, seq) for seq in seqs[cut + 1 :]]
        assert "reset" not in browser.names


def test_retried_task_has_more_to_say(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    attempt.fail(moves.store, moves.claim().lease, StageFailed("Broken."))
    first = open_(watching([made.id]))
    first.until_end()
    task.retry(moves.store, made.id)
    second = open_(watching([made.id]), first.ids[-1])
    second.until_type("task.retried")
    attempt.complete(moves.store, moves.claim().lease)
    second.until_end()
    assert first.types + second.types == moves.types(made.id)
    assert data_of(second.messages[-1]) == {"status": "completed"}


def test_replay_does_not_end_at_an_earlier_end(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    task.cancel(moves.store, made.id)
    task.retry(moves.store, made.id)
    browser = open_(watching([made.id]))
    browser.until_type("task.retried")
    task.cancel(moves.store, made.id)
    browser.until_end()
    assert browser.names.count("end") == 1
    assert browser.types == moves.types(made.id)


def test_deleted_task_says_so_and_ends(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    moves.claim()
    browser = open_(watching([made.id]))
    browser.until_type("task.started")
    task.delete(moves.store, made.id)
    browser.until_end()
    assert browser.types[-2:] == ["task.cancelled", "task.deleted"]
    assert data_of(browser.messages[-1]) == {"status": "deleted"}
    with pytest.raises(TaskGone):
        streams_of(moves.store).new(watching([made.id]), None)


def test_task_that_was_brought_back_ends_like_any_other(moves: Moves, open_: Open) -> None:
    film = moves.make()
    task.delete(moves.store, film.id)
    task.undelete(moves.store, film.id)
    browser = open_(watching([film.id]))
    browser.until_end()
    assert browser.types[-3:] == ["task.completed", "task.deleted", "task.undeleted"]


def test_purged_task_ends_the_streams_that_watch_it(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    task.delete(moves.store, made.id)
    keeping.purge(moves.store, 0)
    browser.until_end()
    assert data_of(browser.messages[-1]) == {"status": "deleted"}


def test_unknown_task_is_refused(moves: Moves) -> None:
    with pytest.raises(TaskNotFound):
        streams_of(moves.store).new(watching(["nothing"]), None)
    with pytest.raises(TaskNotFound):
        streams_of(moves.store).new(watching([moves.submit().id, "nothing"]), None)


# No seam


@pytest.mark.parametrize("where", ["at hello", "after the tail was read", "before the wait"])
def test_nothing_falls_into_a_seam_between_replay_and_live(moves: Moves, open_: Open, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bell is taken first and cleared before each look: what commits at any moment is seen, and once."""
    made = moves.submit()
    lease = moves.claim().lease
    streams = streams_of(moves.store)
    left = ["now"]

    def commit_once() -> None:
        if left:
            left.pop()
            moves.say(lease, "In the seam")

    class Late(Tail):
        def catch_up(self) -> None:
            super().catch_up()
            if where == "after the tail was read":
                commit_once()

    def late(read: Read, found: Task) -> Mapping[str, Any]:
        if where == "at hello":
            commit_once()
        return describe(read, found)

    end = Stream._end

    def late_end(stream: Stream) -> Iterator[bytes]:
        if where == "before the wait":
            commit_once()
        return end(stream)

    monkeypatch.setattr(Stream, "_end", late_end)
    streams.describe = late
    streams.tail = Late(moves.store)
    browser = open_(watching([made.id]), None, streams)
    browser.until_type("stage.progress")
    attempt.complete(moves.store, lease)
    browser.until_end()
    assert browser.types == moves.types(made.id)


def test_signal_is_what_wakes_a_stream(moves: Moves, open_: Open) -> None:
    """With the receiver taken out and no floor under it nothing arrives; with it in, everything does."""
    made = moves.submit()
    with Listener(moves.store, floor_s=0):
        deaf = open_(watching([made.id]), None, streams_of(moves.store, heartbeat_s=0.02))
        hearing = open_(watching([made.id]), None, streams_of(moves.store))
        for each in (deaf, hearing):
            each.until_type("task.submitted")
        event_appended.disconnect(deaf.stream._ring)
        sqlite(moves.store.path, f"INSERT INTO cancel VALUES ('{made.id}')")
        ring(moves.store.data / "listen")
        hearing.until_end()
        beats = deaf.names.count("heartbeat")
        deaf.until_event("heartbeat", beats + 3)
    assert deaf.types == ["task.submitted"]
    assert hearing.types == moves.types(made.id) == ["task.submitted", "task.cancelled"]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(size=st.integers(1, 30), cut=st.integers(0, 60), page=st.integers(1, 7))
def test_readers_behind_the_tail_and_at_it_see_the_same(store: Store, size: int, cut: int, page: int) -> None:
    moves = Moves(store)
    streams = streams_of(store)
    streams.tail = Tail(store, size=size)
    streams.tail.catch_up()
    films = [moves.make(f"Film {number}", reports=6) for number in range(3)]
    everything = moves.events()
    cut = everything[cut % len(everything)].seq
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("videogen.stream.PAGE", page)
        patched.setattr("videogen.tail.PAGE", page)
        for watch in (watching(), watching([films[0].id, films[2].id])):
            wanted = [place(store, each.seq) for each in everything if each.seq > cut and (not watch.tasks or each.task_id in watch.tasks)]
            browser = Browser(streams.new(watch, place(store, cut)))
            browser.until(lambda _, browser=browser, wanted=wanted: len(browser.ids) >= len(wanted))  # type: ignore[misc]
            browser.close()
            assert browser.ids == wanted


# Reset


def cursors(store: Store) -> dict[str, str]:
    """A cursor for each cause; the store is pruned up to seq 2."""
    sqlite(store.path, "UPDATE log SET floor = 2", "DELETE FROM events WHERE seq <= 2")
    return {"malformed": "what", "epoch": "ffffffff-3", "ahead": place(store, 10_000), "pruned": place(store, 1)}


@pytest.mark.parametrize("cause", ["malformed", "epoch", "ahead", "pruned"])
def test_cursor_that_cannot_be_gone_on_from_is_reset_with_the_cause(moves: Moves, open_: Open, cause: str) -> None:
    """Never a hole, never a refusal; before anything but hello; then as a new stream does."""
    film = moves.make()
    cursor = cursors(moves.store)[cause]
    one = open_(watching([film.id]), cursor)
    one.until_end()
    assert one.names[:2] == ["hello", "reset"]
    assert data_of(one.messages[1]) == {"reason": cause}
    assert one.messages[1].id == "", "only the log's own events and the snapshot move the cursor"
    assert one.ids == [place(moves.store, each.seq) for each in moves.events(film.id)]
    everyone = open_(watching(), cursor)
    snapshot = everyone.until_event("snapshot")
    assert everyone.names == ["hello", "reset", "snapshot"]
    assert snapshot.id == place(moves.store, moves.events()[-1].seq)


def test_reader_that_falls_below_the_floor_is_reset(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    moves.submit("Another")
    with moves.store.writing() as write:
        write.connection.exec_driver_sql("UPDATE log SET floor = 2")
        event.append(write, EventType.LOG_PRUNED, None, data={"floor": 2})
    assert data_of(browser.until_event("reset")) == {"reason": "pruned"}
    task.cancel(moves.store, made.id)
    browser.until_end()
    assert browser.types[-1] == "task.cancelled"


def test_reader_behind_the_tail_does_not_step_over_what_is_pruned(moves: Moves, open_: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tail looked before the pruning, the reader reads after it."""
    film = moves.make(reports=20)
    streams = streams_of(moves.store)
    page = Stream._page
    left = ["now"]

    def pruned_first(stream: Stream) -> Iterator[bytes]:
        if left:
            left.pop()
            sqlite(moves.store.path, "UPDATE log SET floor = 10", "DELETE FROM events WHERE seq <= 10")
        return page(stream)

    monkeypatch.setattr(Stream, "_page", pruned_first)
    browser = open_(watching([film.id]), None, streams)
    browser.until_end()
    assert browser.names[:2] == ["hello", "reset"]
    assert browser.ids == [place(moves.store, each.seq) for each in moves.events(film.id)]


def test_another_history_resets_who_reads_and_goes_on_with_it(moves: Moves, open_: Open) -> None:
    moves.make()
    waiting = moves.submit()
    one, everyone = open_(watching([waiting.id])), open_(watching())
    one.until_type("task.submitted")
    everyone.until_event("snapshot")
    sqlite(moves.store.path, "UPDATE log SET epoch = 'ffffffff'")
    event_appended.send(None)
    assert data_of(one.until_event("reset")) == data_of(everyone.until_event("reset")) == {"reason": "epoch"}
    assert everyone.until_event("snapshot", 2).id.startswith("ffffffff-")
    task.cancel(moves.store, waiting.id)
    one.until_end()
    assert one.ids[-2:] == [place(moves.store, each.seq) for each in moves.events(waiting.id)]


def test_history_in_which_the_task_has_ended_ends_the_stream(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]))
    browser.until_type("task.submitted")
    sqlite(
        moves.store.path,
        f"INSERT INTO cancel VALUES ('{made.id}')",
        "UPDATE log SET epoch = 'ffffffff', floor = 2",
        "DELETE FROM events",
    )
    event_appended.send(None)
    browser.until_end()
    assert browser.names[-2:] == ["reset", "end"]


# All tasks, some tasks, some types


def test_stream_of_all_tasks_begins_with_a_snapshot_of_the_unfinished(moves: Moves, open_: Open) -> None:
    moves.make()
    running, waiting = moves.submit(), moves.submit()
    moves.claim()
    browser = open_(watching())
    snapshot = browser.until_event("snapshot")
    assert {(each["id"], each["status"]) for each in data_of(snapshot)["tasks"]} == {(running.id, "running"), (waiting.id, "queued")}
    assert snapshot.id == place(moves.store, moves.events()[-1].seq)
    task.cancel(moves.store, waiting.id)
    browser.until_type("task.cancelled")
    assert browser.types == ["task.cancelled"], "what the snapshot shows is not told again"


def test_snapshot_and_its_id_are_of_one_moment(moves: Moves, open_: Open) -> None:
    """What commits while the snapshot is made is either in it or told after it."""
    made = moves.submit()
    streams = streams_of(moves.store)

    def late(read: Read, found: Task) -> Mapping[str, Any]:
        if found.status == "queued" and moves.task(made.id).status == "queued":
            task.cancel(moves.store, made.id)
        return describe(read, found)

    streams.describe = late
    browser = open_(watching(), None, streams)
    browser.until_type("task.cancelled")
    assert data_of(browser.until_event("snapshot"))["tasks"] == [{"id": made.id, "status": "queued"}]


def test_stream_of_some_tasks_begins_at_their_beginning_and_leaves_out_the_others(moves: Moves, open_: Open) -> None:
    films = [moves.make(f"Film {number}") for number in range(3)]
    browser = open_(watching([films[0].id, films[2].id]))
    wanted = [place(moves.store, each.seq) for each in moves.events() if each.task_id != films[1].id]
    browser.until(lambda _: len(browser.ids) == len(wanted))
    assert browser.ids == wanted
    assert len(data_of(browser.messages[0])["tasks"]) == 2


def test_types_are_chosen_and_the_cursor_passes_over_the_rest(moves: Moves, open_: Open) -> None:
    film = moves.make()
    browser = open_(Watch(frozenset({film.id}), frozenset({"task.started"})))
    browser.until_end()
    assert browser.names == ["hello", "message", "end"]
    last = moves.events(film.id)[-1].seq
    assert browser.parser.last_event_id == place(moves.store, last)
    assert streams_of(moves.store).new(browser.stream.watch, browser.parser.last_event_id) is None, "or it would come back for ever"


def test_rare_type_is_found_in_a_long_log_without_waiting(moves: Moves, open_: Open) -> None:
    """Pages in which nothing is wanted are no silence."""
    first = moves.submit()
    with moves.store.writing() as write:
        for _ in range(1600):
            event.append(write, EventType.LOG_PRUNED, None)
    task.cancel(moves.store, first.id)
    browser = open_(Watch(None, frozenset({"task.cancelled"})), place(moves.store, 1))
    browser.until_type("task.cancelled")


def test_quiet_reader_does_not_fall_below_the_floor(moves: Moves, open_: Open) -> None:
    quiet = moves.submit()
    browser = open_(watching([quiet.id]), None, streams_of(moves.store, heartbeat_s=0.02))
    browser.until_type("task.submitted")
    moves.make(priority=1)
    head = place(moves.store, moves.events()[-1].seq)
    browser.until(lambda _: browser.parser.last_event_id == head)
    assert browser.types == ["task.submitted"]


def test_each_message_of_a_job_has_the_stages_as_of_that_event(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    lease = moves.claim().lease
    rows: list[dict[str, Any]] = [{}, {}]
    for fact in (
        Fact(EventType.STAGE_STARTED, stage="input"),
        Fact(EventType.STAGE_PROGRESS, stage="input", stage_progress=0.5),
        Fact(EventType.STAGE_COMPLETED, stage="input", data={"made": 1, "reused": 0}),
        Fact(EventType.STAGE_STARTED, stage="parsing"),
    ):
        attempt.report(moves.store, lease, [fact])
        rows.append(dict(moves.task(made.id).stages))
    attempt.requeue(moves.store, lease)
    moves.claim()
    rows += [rows[-1], {}]
    whole = open_(Watch(frozenset({made.id}), with_stages=True))
    whole.until(lambda _: len(whole.ids) == len(rows))
    assert [data_of(each)["stages"] for each in whole.messages[1:]] == rows
    later = open_(Watch(frozenset({made.id}), with_stages=True), whole.ids[3])
    later.until(lambda _: len(later.ids) == len(rows) - 4)
    assert [data_of(each)["stages"] for each in later.messages[1:]] == rows[4:]


# Silence, faults, limits, goodbye


def test_heartbeat_tells_working_from_hung(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    moves.say(moves.claim().lease, "Drawing")
    finished = moves.submit()
    task.cancel(moves.store, finished.id)
    streams = streams_of(moves.store, heartbeat_s=0.02)
    for watch in (watching([made.id]), watching()):
        beat = data_of(open_(watch, None, streams).until_event("heartbeat"))
        (sign,) = beat["tasks"]
        assert {name: sign[name] for name in ("id", "status", "stage", "message")} == {
            "id": made.id,
            "status": "running",
            "stage": "video",
            "message": "Drawing",
        }
        assert sign["since_event_s"] >= 0
        assert sign["since_worker_s"] >= 0
        assert beat["now"].endswith("Z")


@pytest.mark.parametrize("error", [StoreBusy("Busy."), RuntimeError("unforeseen")])
def test_fault_inside_a_stream_is_said_and_the_stream_closed(moves: Moves, open_: Open, error: Exception) -> None:
    made = moves.submit()
    streams = streams_of(moves.store)
    browser = open_(watching([made.id]), None, streams)
    browser.until_type("task.submitted")
    ask = moves.store.ask
    moves.store.ask = raising(error)  # type: ignore[method-assign]
    event_appended.send(made.id)
    messages = browser.until_end()
    moves.store.ask = ask  # type: ignore[method-assign]
    assert browser.names[-1] == "problem"
    assert data_of(messages[-1])["code"] == ("store_busy" if isinstance(error, StoreBusy) else "internal_error")
    assert "unforeseen" not in messages[-1].data
    assert "error" not in browser.names, "browsers take that for their own"
    task.cancel(moves.store, made.id)
    again = open_(watching([made.id]), browser.parser.last_event_id, streams)
    again.until_end()
    assert again.types == ["task.cancelled"]


def raising(error: Exception) -> Callable[..., Any]:
    def raise_(*_: object) -> Any:
        raise error

    return raise_


def test_streams_are_counted_as_long_as_they_are_open(moves: Moves, open_: Open) -> None:
    streams = streams_of(moves.store, max_streams=3, max_streams_per_client=2)
    made = moves.submit()
    first, second = open_(watching(), None, streams), open_(watching([made.id]), None, streams)
    first.until_event("snapshot")
    second.until_type("task.submitted")
    with pytest.raises(TooManyStreams):
        streams.new(watching(), None)
    third = Browser(streams.new(watching(), None, "another client"))
    third.until_event("snapshot")
    with pytest.raises(TooManyStreams):
        streams.new(watching(), None, "a third client")
    for each in (first, second, third):
        each.close()
    assert streams.open == set()
    assert streams.new(watching(), None) is not None


def test_stream_leaves_no_receiver_behind(moves: Moves, open_: Open) -> None:
    before = len(event_appended.receivers)
    browser = open_(watching([moves.submit().id]))
    browser.until_type("task.submitted")
    assert len(event_appended.receivers) == before + 1
    browser.close()
    assert len(event_appended.receivers) == before


def test_goodbye_is_spread_out(moves: Moves, open_: Open) -> None:
    streams = streams_of(moves.store)
    browsers = [open_(watching(), None, streams) for _ in range(8)]
    for each in browsers:
        each.until_event("snapshot")
    streams.close()
    for each in browsers:
        each.until_end()
    retries = {each.parser.retry_ms for each in browsers}
    assert all(retry is not None and 1000 <= retry <= 3000 for retry in retries)
    assert len(retries) > 1
    with pytest.raises(TooManyStreams):
        streams.new(watching(), None)


def test_old_stream_is_closed_cleanly(moves: Moves, open_: Open) -> None:
    made = moves.submit()
    browser = open_(watching([made.id]), None, streams_of(moves.store, max_age_s=0.05))
    browser.until_end()
    assert browser.names == ["hello", "message"]
    assert browser.parser.last_event_id == browser.ids[-1]
