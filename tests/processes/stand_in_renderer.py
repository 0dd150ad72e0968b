"""A renderer whose scripts are small programs: `python -m tests.processes.stand_in_renderer`. Each line of the source is a step.

It has the real process, pipes and protocol with another handler, so that tests can make a renderer hang or die.
"""

import ctypes
import hashlib
import json
import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from models.errors import Diagnostic
from videogen.errors.script import BadScript
from videogen.pipeline.render_request import RenderRequest
from videogen.pipeline.report import Report, Send
from videogen.processes import process_group, renderer

MEMORY: list[bytearray] = []


def run_script(values: Mapping[str, Any], send: Send) -> Mapping[str, Any]:
    request = RenderRequest.from_json(values)
    work = request.work
    stage = "input"

    def write(name: str, text: str) -> dict[str, Any]:
        (work / name).parent.mkdir(parents=True, exist_ok=True)
        (work / name).write_text(text)
        return {"file": name, "media_type": "text/plain", "bytes": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}

    for line in request.source.splitlines():
        match line.split(maxsplit=2):
            case ["stage", stage]:
                send(Report("stage.started", stage, 0.0))
            case ["progress", fraction, message]:
                send(Report("stage.progress", stage, float(fraction), message))
            case ["flood", count, message]:
                for done in range(int(count)):
                    send(Report("stage.progress", stage, (done + 1) / int(count), message, {"done": done + 1, "of": int(count)}))
            case ["scene", position]:
                files = [{"kind": "scene", **write(f"scenes/{position}.txt", f"scene {position}")}]
                send(Report("scene.rendered", stage, data={"position": int(position), "files": files}))
            case ["artifact", kind, name]:
                send(Report("artifact.created", stage, data={"kind": kind, **write(name, kind)}))
            case ["outside"]:
                send(Report("artifact.created", stage, data={"kind": "video", **write("inside", ""), "file": "../../../videogen.db"}))
            case ["report", *_]:
                send(Report(**json.loads(line.removeprefix("report "))))
            case ["finish"]:
                send(Report("stage.completed", stage, 1.0, data={"made": 1, "reused": 0}))
            case ["warn", *_]:
                send(Report("task.warning", stage, data={"code": "font", "message": "No font has it.", "hint": "Leave it out."}))
            case ["wait", path]:
                while not Path(path).exists():
                    time.sleep(0.002)
            case ["fork", path]:
                parent = os.getpid()
                pid = os.fork()
                if pid == 0:
                    process_group.die_with_parent(parent)
                    time.sleep(600)
                Path(path).write_text(str(pid))
            case ["hang"]:
                ctypes.PyDLL(None).sleep(600)
            case ["allocate", megabytes]:
                MEMORY.append(bytearray(b"x") * int(megabytes) * 1_000_000)
            case ["print"]:
                print("printed on standard output")
                subprocess.run(["echo", "written to descriptor 1"], check=True)
                assert subprocess.run(["cat"], check=True, capture_output=True).stdout == b""
            case ["bad"]:
                raise BadScript("Line 3 is wrong.", hint="Correct it.", diagnostics=[Diagnostic("wrong", line=3, column=1)])
            case ["crash"]:
                raise ZeroDivisionError("division by zero")
            case ["exit", code]:
                os._exit(int(code))
            case []:
                pass
            case unknown:
                raise AssertionError(unknown)
    return {}


def echo(request: Mapping[str, Any], send: Send) -> Mapping[str, Any]:
    return {"echo": request, "niceness": os.getpriority(os.PRIO_PROCESS, 0), "backend": os.environ["MPLBACKEND"]}


if __name__ == "__main__":
    process_group.die_with_owner()
    renderer.serve(lambda: {"video": run_script, "sketch": echo, "job": renderer.handle_job})
