"""From a key pressed in the editor to the picture of the scene that it changes, in Chromium: at rest, and while a worker draws a video."""

from __future__ import annotations

import httpx
from playwright.sync_api import Page, sync_playwright

from tests.bench.row import Row, milliseconds
from tests.bench.server import serving, submit
from tests.browser.conftest import CHROMIUM

AIM = "p50 under 500 ms"
HOW = "a letter typed into the example at 1080p; one of its scenes changes, and its new picture is loaded"
# Many scenes with much on them: the worker is busy with it for longer than is measured.
LONG_VIDEO = "# Load\n\n" + "\n\n".join(
    f"## Part {part}\n\n" + "\n".join(f"- Point {part}.{n} of them" for n in range(6)) for part in range(150)
)

TYPE = """() => new Promise((done) => {
  const pictures = () => [...document.querySelectorAll("#storyboard .scenes img")];
  const known = new Set(pictures().map(({ src }) => src));
  const began = performance.now();
  document.execCommand("insertText", false, "x");
  const look = () => {
    const fresh = pictures().filter(({ src }) => !known.has(src));
    if (fresh.length && fresh.every(({ complete, naturalWidth }) => complete && naturalWidth)) done((performance.now() - began) / 1000);
    else requestAnimationFrame(look);
  };
  look();
})"""


def measure(*, quick: bool) -> list[Row]:
    keys = 5 if quick else 50
    with serving() as client, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage"])
        page = browser.new_page()
        page.goto(str(client.base_url))
        page.wait_for_function("() => document.querySelector('#storyboard .scenes li:last-child img')?.naturalWidth", timeout=60_000)
        at_rest = _keys(page, keys)
        meanwhile = _while_a_worker_draws(client, page, keys)
        browser.close()
    return [
        Row("key to picture", milliseconds(at_rest), AIM, f"{keys} times {HOW}"),
        Row("key to picture while a worker draws", milliseconds(meanwhile), AIM, "the same, all cores at a long video at 1080p"),
    ]


def _while_a_worker_draws(client: httpx.Client, page: Page, keys: int) -> list[float]:
    task_id = submit(client, LONG_VIDEO, voice="none", height=1080)
    while client.get(f"/api/tasks/{task_id}").json()["stage"] != "video":
        page.wait_for_timeout(100)
    return _keys(page, keys)


def _keys(page: Page, times: int) -> list[float]:
    page.locator("textarea").evaluate("area => (area.focus(), area.setSelectionRange(150, 150))")
    taken = []
    for _ in range(times):
        taken.append(page.evaluate(TYPE))
        page.wait_for_timeout(250)
    return taken
