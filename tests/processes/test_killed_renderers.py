import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from tests.processes.conftest import Workspace
from tests.support.process_state import living, state, until

SCRIPT = "---\nvoice: none\nheight: 240\n---\n# Film\n" + "".join(f"\n## Part {part}\n\nWords.\n" for part in range(30))


def renderers_below(pid: int) -> list[int]:
    """The children of a process that are renderers, or forks of one: render processes."""
    children = [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in text(task).split()]
    return [child for child in children if "videogen.processes.renderer" in text(Path(f"/proc/{child}/cmdline"))]


def text(path: Path) -> str:
    """A file of /proc, empty when its process is gone."""
    try:
        return path.read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill_at_work(pid: int) -> bool:
    """Kills a process in the middle of its work; false when it had done it."""
    try:
        os.kill(pid, signal.SIGSTOP)
        until(lambda: state(pid) in "TZX")
        at_work = state(pid) == "T"
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return at_work


def test_a_video_continues_where_it_was_when_its_renderer_and_then_a_render_process_is_killed(workspace: Workspace) -> None:
    worker = workspace.start(sys.executable, "-m", "videogen.processes.worker_process", voice="none")
    made = workspace.submit(*SCRIPT.splitlines())

    workspace.wait_for(made, "scene.rendered")
    (renderer,) = renderers_below(worker.pid)
    seen = {renderer, *renderers_below(renderer)}
    os.kill(renderer, signal.SIGKILL)
    workspace.wait_for(made, "attempt.lost")
    assert not living(seen)

    def drawn_anew() -> bool:
        return any(event.attempt == 2 and event.type == "scene.rendered" and not event.data["reused"] for event in workspace.events(made))

    until(drawn_anew)

    def losses() -> list[str]:
        return [event.data["code"] for event in workspace.events(made) if event.type == "attempt.lost"]

    def another_is_lost() -> bool:
        """Kills the render processes. Those that are done are no loss, nor is the thumbnail's: then others have to go."""
        killed = [kill_at_work(render) for renderer in renderers_below(worker.pid) for render in renderers_below(renderer)]
        if not any(killed):
            return False
        with suppress(AssertionError):
            until(lambda: len(losses()) == 2, within_s=3)
        return len(losses()) == 2

    until(another_is_lost)

    assert workspace.wait_for_end(made).status == "completed"
    events = workspace.events(made)
    assert losses() == ["renderer_lost", "renderer_lost"]
    last = [event for event in events if event.attempt == 3]
    scenes = [event.data for event in last if event.type == "scene.rendered"]
    assert sorted(scene["position"] for scene in scenes) == list(range(1, scenes[0]["of"] + 1))
    reused = next(event.data["reused"] for event in last if event.type == "stage.completed" and event.stage == "video")
    assert reused >= 1
    assert {event.data["kind"] for event in last if event.type == "artifact.created"} >= {"video", "thumbnail", "captions_vtt", "metadata"}
    worker.terminate()
    assert worker.wait(20) == 0
    assert not living(seen)
