"""The pictures of the documents, taken of the real app: `make screenshots`."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile

from playwright.sync_api import sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.docs.test_docs import ROOT

IMAGES = ROOT / "docs" / "images"
SCENES = 4


def main() -> None:
    """A server with the example on an empty store; the picture is taken when some scenes are there and others are being drawn."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        environment = os.environ | {"VIDEOGEN_DATA": data, "VIDEOGEN_PORT": "0"}
        command = [sys.executable, str(ROOT / "app.py"), "serve", "--demo"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", base_url=url)
            (task,) = page.request.get("/api/tasks").json()["tasks"]
            page.goto(f"/tasks/{task['id']}")
            page.locator('img[src*="/scenes/"]').nth(SCENES - 1).wait_for(timeout=300_000)
            page.wait_for_timeout(500)  # the pictures fade in
            page.screenshot(path=IMAGES / "task.png")
        finally:
            browser.close()
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


if __name__ == "__main__":
    main()
