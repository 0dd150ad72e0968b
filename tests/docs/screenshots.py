"""The pictures of the documents, taken of the real app: `make screenshots`."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.docs.test_docs import ROOT
from videogen.script.examples import PLACE

IMAGES = ROOT / "docs" / "images"
SCENES = 4
LIBRARY = ("how-bread-rises.md", "what-is-new.md", "one-minute-tall.md", "welcome.yaml", "tour.md")
PATIENCE_MS = 600_000


def main() -> None:
    """A server with the example on an empty store, whose film is made meanwhile; then others beside it, smaller and silent."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        environment = os.environ | {"VIDEOGEN_DATA": data, "VIDEOGEN_PORT": "0"}
        command = [sys.executable, str(ROOT / "app.py"), "serve", "--demo"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            take(browser, url)
        finally:
            browser.close()
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def take(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", base_url=url)
    status = browser.new_page(viewport={"width": 1280, "height": 600}, color_scheme="light", base_url=url)
    status.goto("/status")  # from now on its curves are drawn
    (task,) = page.request.get("/api/tasks").json()["tasks"]
    page.goto(f"/tasks/{task['id']}")
    page.locator('img[src*="/scenes/"]').nth(SCENES - 1).wait_for(timeout=PATIENCE_MS)
    keep(page, "task.png")
    for name in LIBRARY:
        script = (PLACE / name).read_text(encoding="utf-8")
        options = {"voice": "none", "height": 360, "missing_images": "skip"}
        assert page.request.post("/api/tasks", data={"script": script, "options": options}).ok
    page.goto("/")
    drawn = "() => [...document.querySelectorAll('#storyboard .scenes img')].every(({ naturalWidth }) => naturalWidth)"
    page.locator("#storyboard .scenes img").first.wait_for(timeout=PATIENCE_MS)
    page.wait_for_function(drawn, timeout=PATIENCE_MS)
    keep(page, "write.webp")
    page.goto("/tasks")
    expect(page.locator('.badge[data-status="completed"]')).to_have_count(len(LIBRARY) - 1, timeout=PATIENCE_MS)
    keep(page, "library.webp")
    keep(status, "status.webp")


def keep(page: Page, name: str) -> None:
    """A picture of what is seen now, small."""
    page.wait_for_timeout(500)  # what fades in is there
    picture = Image.open(io.BytesIO(page.screenshot()), formats=["PNG"]).convert("RGB")
    if name.endswith(".png"):
        picture.quantize(256, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)
    else:
        picture.save(IMAGES / name, quality=82, method=6)


if __name__ == "__main__":
    main()
