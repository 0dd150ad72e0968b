"""A network between browser and server that a test can cut, let fall silent, and mend."""

from __future__ import annotations

import contextlib
import socket
import threading

from tests.support.ports import Port


class Relay:
    """Passes connections to a port of this machine on, from a port of its own."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._flowing = threading.Event()
        self._flowing.set()
        self._port = Port()
        self.port = self._port.number
        self._listener = self._listen()
        self.url = f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """End every connection in the middle, and refuse new ones."""
        with self._lock:
            self._close(self._listener)
            for connection in self._open:
                self._close(connection)
            self._open.clear()
        self._flowing.set()

    def silence(self) -> None:
        """Keep the connections, and let nothing through any more: what a network does that drops packets."""
        self._flowing.clear()

    def mend(self) -> None:
        """Take connections again, at the same port."""
        self._flowing.set()
        self._listener = self._listen()

    def close(self) -> None:
        self.cut()
        self._port.close()

    def _listen(self) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):  # closed: the network is cut
            while True:
                near, _ = listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
                with self._lock:
                    if listener.fileno() < 0:  # cut meanwhile
                        self._close(near)
                        self._close(far)
                        return
                    self._open |= {near, far}
                for source, sink in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while chunk := source.recv(65536):
                self._flowing.wait()
                sink.sendall(chunk)
        with self._lock:
            self._open -= {source, sink}
        self._close(source)
        self._close(sink)

    @staticmethod
    def _close(connection: socket.socket) -> None:
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)  # wakes whoever waits in it; close alone does not
        connection.close()
