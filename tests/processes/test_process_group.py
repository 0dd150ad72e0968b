import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.process_state import living, until
from videogen.processes.process_group import ProcessGroup

TREE = (sys.executable, "-m", "tests.processes.process_tree")
Tree = dict[str, int]
LIVES_ON = "import time; time.sleep(600)"


@pytest.fixture
def plant() -> Iterator[Callable[..., Tree]]:
    """Starts a tree of processes whose root is not in a group; gives the process id of each kind."""
    planted: list[subprocess.Popen[bytes]] = []
    trees: list[Tree] = []

    def plant(*kinds: str) -> Tree:
        root = subprocess.Popen([*TREE, *kinds], stdout=subprocess.PIPE)
        planted.append(root)
        tree: Tree = {}
        trees.append(tree)
        for line in root.stdout:
            kind, pid = line.split()
            tree[f"{kind.decode()}{sum(name.startswith(kind.decode()) for name in tree) or ''}"] = int(pid)
            if int(pid) == root.pid:
                break
        return tree

    yield plant
    for root in planted:
        root.kill()
        root.wait()
        root.stdout.close()
    for pid in living(pid for tree in trees for pid in tree.values()):
        os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize(
    "kinds",
    [
        ("owner", "owner", "forker"),
        ("gevent", "owner", "forker"),
        ("owner", "gevent", "forker"),
        ("owner", "holder", "forker"),
        ("holder", "holder", "forker"),
    ],
    ids=" > ".join,
)
def test_no_process_outlives_an_owner_that_was_killed(plant: Callable[..., Tree], kinds: tuple[str, ...]) -> None:
    tree = plant(*kinds)
    root = tree[kinds[0] + ("1" if kinds[1] == kinds[0] else "")]
    assert len(tree) == 5
    os.kill(root, signal.SIGKILL)
    until(lambda: not living(tree.values()))


def test_no_process_outlives_a_member_in_the_middle(plant: Callable[..., Tree]) -> None:
    tree = plant("owner", "holder", "forker")
    os.kill(tree["holder"], signal.SIGKILL)
    until(lambda: not living(tree.values()))  # the root ends too, by itself: it waits for no other


def test_stopped_members_end_with_their_owner(plant: Callable[..., Tree]) -> None:
    tree = plant("owner", "owner", "forker")
    for pid in (tree["forker"], tree["render"], tree["holding"], tree["owner"]):
        os.kill(pid, signal.SIGSTOP)
    os.kill(tree["owner1"], signal.SIGKILL)
    until(lambda: not living(tree.values()))


def test_a_group_stopped_whole_with_its_guardian_ends_with_its_owner(plant: Callable[..., Tree]) -> None:
    tree = plant("owner", "forker")
    os.killpg(os.getpgid(tree["forker"]), signal.SIGSTOP)
    os.kill(tree["owner"], signal.SIGKILL)
    until(lambda: not living({tree["owner"], tree["forker"]}))


def test_the_kernel_ends_a_leader_whose_guardian_was_killed_too(plant: Callable[..., Tree]) -> None:
    tree = plant("owner", "holder")
    os.kill(os.getpgid(tree["holder"]), signal.SIGKILL)
    os.kill(tree["owner"], signal.SIGKILL)
    until(lambda: not living(tree.values()))


def test_the_exit_of_the_leader_ends_what_it_has_left_behind() -> None:
    left_behind = "import os, time\nif os.fork() == 0: time.sleep(600)"
    with ProcessGroup([sys.executable, "-c", left_behind]) as group:
        assert group.wait(20) == 0
        assert group.pids() == ()


def test_killing_ends_everyone_and_may_be_repeated() -> None:
    with ProcessGroup([sys.executable, "-c", "import os, time\nos.fork()\ntime.sleep(600)"]) as group:
        until(lambda: len(group.pids()) == 3)
        group.kill()
        assert group.pids() == ()
        group.kill()
        assert group.poll() == -signal.SIGKILL


def test_being_asked_to_end_is_heard_by_the_leader_and_not_by_the_guardian() -> None:
    asks = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(7))\nprint('ready', flush=True)\nsignal.pause()"
    with ProcessGroup([sys.executable, "-c", asks], stdout=subprocess.PIPE) as group:
        assert group.stdout is not None
        group.stdout.readline()
        os.killpg(group.id, signal.SIGTERM)
        assert group.wait(20) == 7


def test_what_the_leader_said_last_can_be_read_after_its_end() -> None:
    with ProcessGroup([sys.executable, "-c", "print('last words')"], stdout=subprocess.PIPE) as group:
        assert group.wait(20) == 0
        assert group.stdout is not None
        assert group.stdout.read() == b"last words\n"


def test_waiting_gives_none_when_the_time_is_over() -> None:
    with ProcessGroup([sys.executable, "-c", LIVES_ON]) as group:
        assert group.wait(0.01) is None
        assert group.alive()


def test_niceness_and_environment_reach_the_leader() -> None:
    code = "import os, sys\nsys.stdin.readline()\nprint(os.getpriority(os.PRIO_PROCESS, 0), os.environ['COLOUR'])"
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with ProcessGroup([sys.executable, "-c", code], nice=10, env={"COLOUR": "blue"}, **pipes) as group:  # type: ignore[arg-type]
        assert group.stdin is not None
        assert group.stdout is not None
        group.stdin.write(b"\n")
        group.stdin.flush()
        assert group.stdout.read() == f"{min(19, os.getpriority(os.PRIO_PROCESS, 0) + 10)} blue\n".encode()


def test_a_command_that_does_not_exist_leaves_no_guardian() -> None:
    def children() -> set[str]:
        return {path.name for path in Path("/proc").iterdir() if path.name.isdecimal() and _parent(int(path.name)) == os.getpid()}

    before = children()
    with pytest.raises(FileNotFoundError):
        ProcessGroup(["/no/such/program"])
    assert children() == before


def test_memory_counts_shared_pages_once() -> None:
    shares = "import os, time\nblock = bytearray(b'x') * 64_000_000\nos.fork() and os.fork()\ntime.sleep(600)"
    with ProcessGroup([sys.executable, "-c", shares]) as group:
        until(lambda: len(group.pids()) == 4)
        assert 64_000_000 < group.memory_bytes() < 128_000_000


def test_a_web_process_goes_on_while_it_waits_for_a_group() -> None:
    patched = """
from gevent import monkey; monkey.patch_all()
import gevent, sys
from videogen.processes.process_group import ProcessGroup
seen = []
def beat():
    while True:
        seen.append(1)
        gevent.sleep(0.01)
gevent.spawn(beat)
with ProcessGroup([sys.executable, "-c", "import time; time.sleep(0.5)"], nice=10) as group:
    assert group.wait(20) == 0
print(len(seen))
"""
    beats = subprocess.run([sys.executable, "-c", patched], check=True, capture_output=True, timeout=60).stdout
    assert int(beats) > 5


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None
