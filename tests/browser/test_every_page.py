"""What holds on every page: it fits, reads well in both schemes, works by keyboard, and keeps to its own origin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from models import task
from models.errors import Diagnostic, MissingFile
from tests.browser import axe
from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server, complaints_of
from tests.browser.test_task_page import SubmitTask
from tests.support.scripted_task import ScriptedTask
from videogen.files.password_file import Password
from videogen.streams.listener import open_store

GROUNDS = {"light": "rgb(248, 248, 246)", "dark": "rgb(19, 20, 23)"}
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


@dataclass
class Visit:
    """What was found on one page."""

    path: str
    complaints: list[str]
    sizes: dict[str, int]
    scripts_that_block: int
    too_wide: dict[int, list[str]] = field(default_factory=dict)
    grounds: dict[str, str] = field(default_factory=dict)
    faint: dict[str, list[str]] = field(default_factory=dict)
    axe: dict[str, list[str]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def visits(browser: Browser, server: Server) -> dict[str, Visit]:
    """Each page, and a task's page in each state that looks different, looked at once."""
    store = open_store(server.data)
    done, failed, running, waiting = (ScriptedTask(store, f"{LONG} {name}") for name in ("done", "failed", "running", "waiting"))
    done.start()
    done.stage("video")
    done.scene(1, 1, LONG)
    done.complete()
    failed.start()
    failed.fail(MissingFile(f"There is no picture {'x' * 200}.png."))
    running.start()
    running.stage("audio")
    running.progress("audio", 0.4, 0.2, LONG, done=1, of=3, remaining_s=100)
    more = [ScriptedTask(store, f"{LONG} {number}") for number in range(2)]  # six in all: as many as the start page lists
    gone = task.submit(store, source="# Gone\n", format="markdown", title="Gone")
    task.cancel(store, gone.id)
    task.delete(store, gone.id)
    paths = ("/", "/tasks", "/schedules", "/status", "/nothing", done.path, failed.path, running.path, waiting.path)
    visited = {path: visit(browser, server, path) for path in paths}
    visited["the API"] = visit(browser, server, "/api/docs", open_some_details)
    visited["deleted"] = visit(browser, server, f"/tasks?deleted={gone.id}")
    visited["a fault"] = visit(browser, server, "/?example=welcome.yaml", write_a_fault)
    visited["the gallery"] = visit(browser, server, "/", open_the_gallery)
    password = Password(server.data)
    password.set("known for a moment")
    try:
        visited["login"] = visit(browser, server, "/login")
    finally:
        password.remove()
    for scripted in (running, waiting, *more):
        task.delete(store, scripted.id)
    store.close()
    return visited


def write_a_fault(page: Page) -> None:
    script = page.locator("textarea")
    script.fill(script.input_value().replace("kind: list", "kind: lisst"))
    expect(page.locator("[data-part=problem]")).to_be_visible()


def open_the_gallery(page: Page) -> None:
    page.get_by_role("button", name="Insert scene").click()
    expect(page.locator("#inserter")).to_be_visible()


def open_details(page: Page) -> None:
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")


def open_some_details(page: Page) -> None:
    """Of a page that is made of hundreds of the same kind, since axe takes its time."""
    page.evaluate("[...document.querySelectorAll('details, tr')].forEach((each, index) => index % 15 && each.remove())")
    open_details(page)


def visit(browser: Browser, server: Server, path: str, prepare: Callable[[Page], None] = open_details) -> Visit:
    page = browser.new_page(base_url=server.url)
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    complaints = complaints_of(page)
    page.goto(path)
    expect(page.locator(".pi-connection[data-connection=connecting]")).to_have_count(0)
    page.wait_for_load_state("networkidle")  # modules that a page asks for once it is shown
    sizes = {request.url: request.sizes()["responseBodySize"] for request in tuple(finished)}
    result = Visit(path, complaints, sizes, page.locator("script:not([type=module]):not([type='application/json'])").count())
    prepare(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            result.too_wide[width] = page.evaluate(STICKS_OUT)
    for scheme in GROUNDS:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        result.grounds[scheme] = page.evaluate("getComputedStyle(document.body).backgroundColor")
        result.faint[scheme] = page.evaluate(CONTRAST)
        # What does not depend on the scheme is looked at in one of them.
        for width in (390, 1280) if scheme == "light" else (1280,):
            page.set_viewport_size({"width": width, "height": 800})
            result.axe[f"{scheme} {width}"] = accessibility_faults(page, axe.CONTRAST if scheme == "dark" else ())
    page.close()
    return result


def test_no_page_scrolls_sideways(visits: dict[str, Visit]) -> None:
    assert {path: visit.too_wide for path, visit in visits.items() if visit.too_wide} == {}


def test_text_stands_out_from_its_ground_in_both_schemes(visits: dict[str, Visit]) -> None:
    for path, visit in visits.items():
        assert visit.grounds == GROUNDS
        assert visit.faint == {"light": [], "dark": []}, path


def test_axe_finds_nothing_on_any_page_in_both_schemes_at_two_widths(visits: dict[str, Visit]) -> None:
    assert {(path, how): violations for path, visit in visits.items() for how, violations in visit.axe.items() if violations} == {}


def test_pages_keep_to_their_origin_and_load_little(server: Server, visits: dict[str, Visit]) -> None:
    """Nothing inline, nothing foreign, nothing that blocks, and under 100 kB in all: the page, its styles and its modules."""
    for path, visit in visits.items():
        assert path == "/nothing" or visit.complaints == [], path
        assert [url for url in visit.sizes if not url.startswith(server.url)] == []
        first = {url: size for url, size in visit.sizes.items() if url.endswith((".css", ".js")) or url == server.url + visit.path}
        assert sum(first.values()) < 100_000, first
        assert visit.scripts_that_block == 0


def test_every_page_is_walked_by_keyboard_with_a_visible_focus(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    for path in ("/", "/tasks", scripted.path):
        page.goto(path)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        seen = set()
        for _ in range(20):
            page.keyboard.press("Tab")
            seen.add(page.evaluate("document.activeElement.outerHTML.slice(0, 60)"))
            style = page.evaluate("(s => [s.outlineStyle, s.outlineWidth])(getComputedStyle(document.activeElement))")
            if page.evaluate("document.activeElement.matches('a, button, select')"):
                assert style == ["solid", "2px"], page.evaluate("document.activeElement.outerHTML")
        assert len(seen) > 5


def test_nothing_moves_when_motion_is_unwelcome(browser: Browser, server: Server, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page = browser.new_page(base_url=server.url, reduced_motion="reduce")
    page.goto(scripted.path)
    expect(page.locator(".pi-connection")).to_have_text("Live")
    assert page.evaluate("document.getAnimations({subtree: true}).length") == 0
    page.close()


SMALL = """() => [...document.querySelectorAll("a, button, select, input, summary")]
  .filter((each) => each.checkVisibility() && !each.matches(".skip, .task-title, [type=hidden], [type=file], dd a, p a"))
  .map((each) => [each, (each.closest("label") ?? each).getBoundingClientRect()])
  .filter(([, { width, height }]) => width > 1 && (height < 43 || width < 43))
  .map(([each, { width, height }]) => `${each.outerHTML.slice(0, 80)} ${width}x${height}`)"""


def test_a_finger_finds_everything(browser: Browser, server: Server, submit_task: SubmitTask) -> None:
    """At least 44 pixels, but for the parting of a pixel; words in running text are let off, and rows whose whole area is the link."""
    done = submit_task().start()
    done.fail(MissingFile("There is no picture.", diagnostics=[Diagnostic("not there", line=1)]))
    context = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    for path in ("/", "/tasks", done.path):
        page.goto(path)
        open_details(page)
        expect(page.locator(".pi-connection[data-connection=connecting]")).to_have_count(0)
        assert page.evaluate(SMALL) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()


def test_forced_colours_still_tell_where_one_is(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.url, forced_colors="active")
    page.goto("/tasks")
    assert page.locator("nav [aria-current=page]").first.evaluate("link => getComputedStyle(link).outlineStyle") == "solid"
    page.close()
