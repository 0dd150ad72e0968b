"""Take the pictures of the documents from the running application: `make screenshots`."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import tempfile
import time

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.conftest import CHROMIUM
from tests.support.paths import ROOT
from videogen.script.examples import PLACE

IMAGES = ROOT / "docs" / "images"
SCENES = 4
LIBRARY = ("what-is-new.md", "one-minute-tall.md", "welcome.yaml", "tour.md")
ANIMATED_EXAMPLE = "how-bread-rises.md"
ANIMATION_SIZE = (800, 560)
FRAME_MS = 120
LONGEST_FRAME_MS = 600  # waiting is shortened to this
RENDERING_MS = 12_000  # and rendering to this, on a busy machine
PLAYBACK_S = 4.0
TIMEOUT_MS = 600_000


def main() -> None:
    """Start a server on an empty store with the example, and take every picture."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        environment = os.environ | {"VIDEOGEN_DATA": data, "VIDEOGEN_PORT": "0"}
        command = [sys.executable, str(ROOT / "app.py"), "serve", "--demo"]
        server = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            assert server.stdout
            url = next(line for line in server.stdout if "http://" in line).split()[-1]
            take_stills(browser, url)
            record_first_video(browser, url)
        finally:
            browser.close()
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)


def take_stills(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light", base_url=url)
    status = browser.new_page(viewport={"width": 1280, "height": 600}, color_scheme="light", base_url=url)
    status.goto("/status")  # its curves begin now
    (task,) = page.request.get("/api/tasks").json()["tasks"]
    page.goto(f"/tasks/{task['id']}")
    page.locator('img[src*="/scenes/"]').nth(SCENES - 1).wait_for(timeout=TIMEOUT_MS)
    save_screenshot(page, "task.png")
    for name in LIBRARY:
        script = (PLACE / name).read_text(encoding="utf-8")
        options = {"voice": "none", "height": 360, "missing_images": "skip"}
        assert page.request.post("/api/tasks", data={"script": script, "options": options}).ok
    page.goto("/")
    wait_for_storyboard(page)
    save_screenshot(page, "write.webp")
    page.goto("/tasks")
    expect(page.locator('.badge[data-status="completed"]')).to_have_count(len(LIBRARY), timeout=TIMEOUT_MS)
    save_screenshot(page, "library.webp")
    save_screenshot(status, "status.webp")


def wait_for_storyboard(page: Page) -> None:
    """Wait until the first pictures of the storyboard are there; those out of sight are loaded later."""
    page.locator("#storyboard .scenes img").first.wait_for(timeout=TIMEOUT_MS)
    loaded = "() => [...document.querySelectorAll('#storyboard .scenes img')].slice(0, 4).every(({ naturalWidth }) => naturalWidth)"
    page.wait_for_function(loaded, timeout=TIMEOUT_MS)


def save_screenshot(page: Page, name: str) -> None:
    """Save what the page shows, as a small file."""
    page.wait_for_timeout(500)  # until fades have ended
    picture = screenshot(page)
    if name.endswith(".png"):
        picture.quantize(256, dither=Image.Dither.NONE).save(IMAGES / name, optimize=True)
    else:
        picture.save(IMAGES / name, quality=82, method=6)


def screenshot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()), formats=["PNG"]).convert("RGB")


def record_first_video(browser: Browser, url: str) -> None:
    """Record a script that becomes a video, from the button to playback, as an animated WebP."""
    width, height = ANIMATION_SIZE
    page = browser.new_page(viewport={"width": round(width * 1.5), "height": round(height * 1.5)}, color_scheme="light", base_url=url)
    while not all(task["finished"] for task in page.request.get("/api/tasks").json()["tasks"]):
        page.wait_for_timeout(500)
    page.goto(f"/?example={ANIMATED_EXAMPLE}")
    wait_for_storyboard(page)
    page.wait_for_timeout(500)
    frames: list[Image.Image] = []
    durations: list[int] = []

    def capture() -> None:
        started = time.monotonic()
        frame = screenshot(page).resize(ANIMATION_SIZE, Image.Resampling.LANCZOS)
        page.wait_for_timeout(max(0.0, FRAME_MS - (time.monotonic() - started) * 1000))
        shown_ms = round((time.monotonic() - started) * 1000)
        if frames and frame == frames[-1]:
            durations[-1] = min(LONGEST_FRAME_MS, durations[-1] + shown_ms)
        else:
            frames.append(frame)
            durations.append(min(LONGEST_FRAME_MS, shown_ms))

    capture()
    durations[0] = 1500
    page.locator('[data-part="submit"]').click()
    page.wait_for_url("**/tasks/*")
    while page.locator(".badge").first.get_attribute("data-status") != "completed":
        capture()
    hurry = min(1.0, RENDERING_MS / sum(durations[1:]))
    durations[1:] = [round(duration * hurry) for duration in durations[1:]]
    page.locator("video").evaluate("video => { video.muted = true; video.play(); }")
    until = time.monotonic() + PLAYBACK_S
    while time.monotonic() < until:
        capture()
    durations[-1] = 1500
    frames[0].save(
        IMAGES / "first-video.webp",
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
        lossless=True,
        method=4,
    )
    print(f"first-video.webp: {len(frames)} frames, {sum(durations) / 1000:.1f} s")


if __name__ == "__main__":
    main()
