"""What holds on every page: it fits, reads well in both schemes, works by keyboard, and keeps to its own origin."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Server, complaints_of
from tests.browser.film import Film
from tests.browser.test_task_page import NewFilm
from videogen.errors import MissingFile

WIDTHS = (320, 390, 768, 1024, 1440, 2560)
LONG = "An extraordinarily-long-title-without-any-place-to-break-it " * 3

CONTRAST = """() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const [r, g, b, a = 1] = channels(getComputedStyle(each).backgroundColor);
      if (a === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const element of document.querySelectorAll("main *, header *")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    const style = getComputedStyle(element);
    if (!own || !element.checkVisibility() || style.color.includes("rgba(0, 0, 0, 0)")) continue;
    const [high, low] = [light(channels(style.color)), light(ground(element))].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    if (ratio < 4.5) faint.push(`${element.className || element.tagName}: ${element.textContent.trim().slice(0, 30)} ${ratio.toFixed(2)}`);
  }
  return faint;
}"""


STICKS_OUT = """() => [...document.querySelectorAll("main *")].filter((each) => each.getBoundingClientRect().right > innerWidth)
  .map((each) => `${each.tagName}.${each.className}`).slice(0, 8)"""


@pytest.fixture
def paths(film: NewFilm) -> Iterator[list[str]]:
    """Every page, in each of a task's states that looks different."""
    done, failed, running, waiting = (film(f"{LONG} {name}") for name in ("done", "failed", "running", "waiting"))
    done.start()
    done.stage("video")
    done.scene(1, 1, LONG)
    done.complete()
    failed.start()
    failed.fail(MissingFile(f"There is no picture {'x' * 200}.png."))
    running.start()
    running.stage("audio")
    running.progress("audio", 0.4, 0.2, LONG, done=1, of=3, remaining_s=100)
    films: tuple[Film, ...] = (done, failed, running, waiting)
    yield ["/", "/tasks", "/status", "/nothing", *(each.path for each in films)]


def test_no_page_scrolls_sideways(browser: Browser, server: Server, paths: list[str]) -> None:
    page = browser.new_page(base_url=server.url)
    too_wide = []
    for path in paths:
        page.goto(path)
        page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                too_wide.append((path, width, page.evaluate(STICKS_OUT)))
    page.close()
    assert not too_wide, too_wide


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(browser: Browser, server: Server, paths: list[str], scheme: str) -> None:
    page = browser.new_page(base_url=server.url, color_scheme=scheme)  # type: ignore[arg-type]
    grounds = set()
    faint = {}
    for path in paths:
        page.goto(path)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        if found := page.evaluate(CONTRAST):
            faint[path] = found
    page.close()
    assert faint == {}
    assert grounds == {{"light": "rgb(248, 248, 246)", "dark": "rgb(19, 20, 23)"}[scheme]}


def test_pages_keep_to_their_origin_and_load_little(browser: Browser, server: Server, paths: list[str]) -> None:
    """Nothing inline, nothing foreign, nothing that blocks: each page's document, styles and scripts are under 100 kB."""
    for path in paths:
        page = browser.new_page(base_url=server.url)
        complaints = complaints_of(page)
        sizes: dict[str, int] = {}
        page.on("requestfinished", lambda request, sizes=sizes: sizes.update({request.url: request.sizes()["responseBodySize"]}))  # type: ignore[misc]
        page.goto(path)
        page.wait_for_timeout(200)
        assert path == "/nothing" or complaints == [], path
        assert {url for url in sizes if not url.startswith(server.url)} == set()
        counted = {url: size for url, size in sizes.items() if not url.endswith((".png", ".jpg", ".mp4", ".woff2"))}
        assert sum(counted.values()) < 100_000, counted
        assert page.locator("script:not([type=module]):not([type='application/json'])").count() == 0
        page.close()


def test_every_page_is_walked_by_keyboard_with_a_visible_focus(page: Page, film: NewFilm) -> None:
    making = film()
    for path in ("/", "/tasks", making.path):
        page.goto(path)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        seen = set()
        for _ in range(40):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
            style = page.evaluate("(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))")
            if page.evaluate("document.activeElement.matches('a, button, select')"):
                assert style == ["solid", "2px"], page.evaluate("document.activeElement.outerHTML")
        assert len(seen) > 5


def test_nothing_moves_when_motion_is_unwelcome(browser: Browser, server: Server, film: NewFilm) -> None:
    making = film().start()
    page = browser.new_page(base_url=server.url, reduced_motion="reduce")
    page.goto(making.path)
    expect(page.locator(".pi-connection")).to_have_text("Live")
    assert page.evaluate("document.getAnimations({subtree: true}).length") == 0
    page.close()
