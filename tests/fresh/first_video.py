"""Start a server by a command, and wait over HTTP until its first video is there. With the standard library alone: there is nothing else.

    python3 tests/fresh/first_video.py make run PORT=0
    python3 tests/fresh/first_video.py --check "curl localhost:8000" videogen serve --demo

The exit code is 0 when the video is complete and its file is one, and the command of `--check`, which runs beside the server, succeeds.
What the command starts is ended, in any case.
"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from typing import IO

START_S = 900.0
VIDEO_S = 300.0


def get(url: str) -> bytes:
    # Of this machine, whatever proxy is set.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=30) as answer:
        content: bytes = answer.read()
    return content


def address(output: IO[str]) -> str:
    """Return the address that the server prints once it answers."""
    for line in output:
        print("  " + line, end="", flush=True)
        if match := re.search(r"open (http\S+)", line):
            threading.Thread(target=output.read, daemon=True).start()  # a full pipe would stop it
            return match[1]
    raise SystemExit("the server ended before it answered")


def first_video(url: str) -> str:
    """Wait for the first task to end well, check its pages and its file, and return a line about it."""
    until = time.monotonic() + VIDEO_S
    while time.monotonic() < until:
        tasks = json.loads(get(f"{url}/api/tasks"))["tasks"]
        if tasks and tasks[0]["status"] == "completed":
            task = tasks[0]
            video = get(f"{url}/api/tasks/{task['id']}/video")
            if video[4:8] != b"ftyp":
                raise SystemExit("what is served is no MP4 file")
            for page in ("/", "/tasks", "/status", f"/tasks/{task['id']}", "/api/docs", "/static/css/app.css"):
                get(url + page)
            return f"{task['title']}: completed, {len(video):,} bytes"
        if tasks and tasks[0]["status"] == "failed":
            raise SystemExit(f"the first video failed: {json.dumps(tasks[0]['error'])}")
        time.sleep(0.5)
    raise SystemExit(f"no video after {VIDEO_S:g} s: {json.dumps(tasks)[:2000]}")


def main() -> None:
    command, check = sys.argv[1:], ""
    if command[0] == "--check":
        _, check, *command = command
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
    stop = threading.Timer(START_S, os.killpg, (server.pid, signal.SIGKILL))
    stop.start()
    try:
        assert server.stdout is not None
        url = address(server.stdout)
        stop.cancel()
        print("  " + first_video(url), flush=True)
        if check:
            subprocess.run(check, shell=True, check=True)
            print("  healthy", flush=True)
    finally:
        stop.cancel()
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
