"""Firefox and WebKitGTK of the system, without a driver's library: over Marionette, and over WebDriver."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Self

from tests.support.ports import Port

START_S = 60.0


class OtherBrowser(ABC):
    """A browser without a window, with one page."""

    programs: ClassVar[tuple[str, ...]]
    """What has to be installed."""

    @abstractmethod
    def open(self, address: str) -> None: ...

    @abstractmethod
    def evaluate(self, expression: str) -> Any: ...

    @abstractmethod
    def close(self) -> None: ...

    def until(self, expression: str, wanted: Callable[[Any], object], within_s: float) -> Any:
        """Return the value of an expression once it is as wanted. Raises AssertionError with the last one."""
        deadline = time.monotonic() + within_s
        while not wanted(value := self.evaluate(expression)):
            assert time.monotonic() < deadline, f"it is still {value}"
            time.sleep(0.1)
        return value

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


class Firefox(OtherBrowser):
    """Speaks Marionette: messages are `length:[0, id, command, arguments]`, answers `[1, id, error, result]`."""

    programs = ("firefox-esr",)

    def __init__(self) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="firefox-"))
        number = _free_port()
        (self._profile / "user.js").write_text(f'user_pref("marionette.port", {number});\n', encoding="utf-8")
        null = subprocess.DEVNULL
        command = ["firefox-esr", "--headless", "--marionette", "--no-remote", "--profile", str(self._profile)]
        environment = os.environ | {"HOME": str(self._profile)}
        self._process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, env=environment)
        self._socket = _connected(number)
        self._rest = b""
        self._receive()  # what it is
        self._command("WebDriver:NewSession", {})

    def open(self, address: str) -> None:
        self._command("WebDriver:Navigate", {"url": address})

    def evaluate(self, expression: str) -> Any:
        return self._command("WebDriver:ExecuteScript", {"script": f"return {expression};", "args": []})["value"]

    def close(self) -> None:
        self._socket.close()
        self._process.terminate()
        self._process.wait(timeout=60)
        shutil.rmtree(self._profile, ignore_errors=True)

    def _command(self, name: str, arguments: dict[str, Any]) -> Any:
        message = json.dumps([0, 1, name, arguments]).encode()
        self._socket.sendall(f"{len(message)}:".encode() + message)
        _, _, error, result = self._receive()
        assert error is None, error
        return result

    def _receive(self) -> Any:
        while True:
            length, colon, rest = self._rest.partition(b":")
            if colon and len(rest) >= int(length):
                self._rest = rest[int(length) :]
                return json.loads(rest[: int(length)])
            piece = self._socket.recv(65536)
            assert piece, "Firefox has gone"
            self._rest += piece


class WebKitGtk(OtherBrowser):
    """Speaks WebDriver (W3C) to the driver of WebKitGTK, which needs a display."""

    programs = ("WebKitWebDriver", "xvfb-run")

    def __init__(self) -> None:
        number = _free_port()
        null = subprocess.DEVNULL
        command = ["xvfb-run", "-a", "WebKitWebDriver", f"--port={number}"]
        environment = os.environ | {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}  # as root it cannot make one
        self._process = subprocess.Popen(command, stdin=null, stdout=null, stderr=null, env=environment, start_new_session=True)
        _connected(number).close()
        self._address = f"http://127.0.0.1:{number}/session"
        answer = self._post("", {"capabilities": {}})
        self._address += f"/{answer['sessionId']}"

    def open(self, address: str) -> None:
        self._post("/url", {"url": address})

    def evaluate(self, expression: str) -> Any:
        return self._post("/execute/sync", {"script": f"return {expression};", "args": []})

    def close(self) -> None:
        with urllib.request.urlopen(urllib.request.Request(self._address, method="DELETE"), timeout=60):
            pass
        os.killpg(self._process.pid, 15)
        self._process.wait(timeout=60)

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(self._address + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]


def _free_port() -> int:
    port = Port()
    port.close()
    return port.number


def _connected(port: int) -> socket.socket:
    deadline = time.monotonic() + START_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=START_S)
        except ConnectionRefusedError:
            assert time.monotonic() < deadline, "the browser does not start"
            time.sleep(0.1)
