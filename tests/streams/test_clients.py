"""Anybody's client follows and resumes: the examples of docs/streams.md are run as they stand there."""

from __future__ import annotations

import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from models import event
from tests.support.paths import ROOT
from tests.support.socket_readers import Speaker, soon
from tests.support.web_server import Serve, Server

PAGE = (ROOT / "docs" / "streams.md").read_text(encoding="utf-8")
PROGRAMS = {
    re.findall(r"httpx_sse|sseclient|eventsource", text)[0]: (language, text)
    for language, text in re.findall(r"^```(python|js)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
}
EVENTSOURCE = "eventsource@4.1.1"


@pytest.fixture(scope="module")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory in which Node finds the package."""
    directory = tmp_path_factory.mktemp("node")
    if not shutil.which("npm"):
        pytest.skip("npm is not here")
    command = ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", directory, EVENTSOURCE]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=60)  # type: ignore[arg-type]
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm does not reach its registry: {str(error.stderr or error)[-200:]}")
    return directory


@pytest.mark.parametrize("name", PROGRAMS)
def test_program_follows_through_a_killed_server_to_the_end(
    name: str, serve: Serve, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = serve()
    speaker = Speaker(server.store)
    language, text = PROGRAMS[name]
    directory = tmp_path if language == "python" else request.getfixturevalue("node_modules")
    program = directory / ("follow.py" if language == "python" else "follow.mjs")
    program.write_text(for_task(text, server, speaker))
    log = tmp_path / "told"
    with log.open("w") as output:
        following = subprocess.Popen([sys.executable if language == "python" else "node", program], stdout=output, stderr=output)
        try:
            speaker.say("before")
            soon(lambda: "stage.progress" in log.read_text())
            server.stop(signal.SIGKILL)
            speaker.say("while nobody listens")
            server.start_again()
            speaker.end()
            assert following.wait(timeout=120) == 0, log.read_text()
        finally:
            following.kill()
            following.wait()
    assert log.read_text().splitlines() == log_of(server, speaker)


def test_curl_follows_and_goes_on_from_its_last_id(serve: Serve) -> None:
    server = serve()
    speaker = Speaker(server.store)
    first, again = (for_task(line, server, speaker) for line in re.findall(r"^curl -N .*$", PAGE, re.MULTILINE))
    following = subprocess.Popen(shlex.split(first), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert following.stdout
    ids = [next(line for line in following.stdout if line.startswith("id: "))[4:].strip()]
    following.kill()
    following.communicate()
    speaker.end()
    done = subprocess.run(shlex.split(again.replace("CURSOR", ids[0])), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0
    assert "event: end" in done.stdout
    ids += re.findall(r"^id: (.*)$", done.stdout, re.MULTILINE)
    assert ids == [line.split()[0] for line in log_of(server, speaker)]


def test_every_client_of_the_page_is_tested() -> None:
    assert set(PROGRAMS) == {"httpx_sse", "sseclient", "eventsource"}


def for_task(text: str, server: Server, speaker: Speaker) -> str:
    return text.replace("http://127.0.0.1:8000", server.url).replace("TASK", speaker.id)


def log_of(server: Server, speaker: Speaker) -> list[str]:
    """The task's log as the examples print it."""
    with server.store.reading() as read:
        return [f"{read.epoch}-{entry.seq} {entry.type}" for entry in event.after(read, 0, task_ids=[speaker.id])]
