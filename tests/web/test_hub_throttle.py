"""Work that takes turns lets everything else run between them."""

from __future__ import annotations

import subprocess
import sys

from tests.support.paths import ROOT

WAITING = 200
CODE = f"""
from gevent import monkey
monkey.patch_all()
import socket, time
import gevent
from videogen.web.hub_throttle import HubThrottle

throttle, done = HubThrottle(), []
near, far = socket.socketpair()
answered = []

def work():
    with throttle.turn():
        until = time.perf_counter() + 0.003
        while time.perf_counter() < until:
            pass
        done.append(1)

def page():
    for _ in range(5):  # as a page that is accepted, read and answered
        near.recv(1)
        far.send(b"!")
    answered.append(len(done))

far.send(b"!")
workers = [gevent.spawn(work) for _ in range({WAITING})]
gevent.joinall([*workers, gevent.spawn(page)])
print(len(done), answered[0])
"""


def test_a_page_waits_behind_a_few_turns_and_not_behind_all() -> None:
    ran = subprocess.run([sys.executable, "-c", CODE], cwd=ROOT, capture_output=True, text=True, check=True)
    done, before = map(int, ran.stdout.split())
    assert done == WAITING
    assert before < WAITING // 4


def test_a_turn_that_fails_gives_the_next_one_its_turn() -> None:
    code = CODE.replace("done.append(1)", "done.append(1); raise ValueError")
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert int(ran.stdout.split()[0]) == WAITING
