"""Writing on /: storyboard, faults, draft, and the way to a finished video, as a person goes it."""

from __future__ import annotations

import base64
import json
import re
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from models import asset, task
from models.database import Store
from tests.browser.axe import accessibility_faults
from tests.browser.conftest import RENDERING_MS, Server, Start, complaints_of
from tests.browser.test_task_page import log_ids

SMALL = "---\nheight: 240\nvoice: none\n---\n# Small\n\nOne line.\n\n## End\n\n- One\n- Two\n"


def type_over(page: Page, script: str) -> None:
    page.locator("textarea").fill(script)


@pytest.mark.slow
def test_first_visit_to_finished_video(browser: Browser, start: Start) -> None:
    """The whole way, with a real worker: the starter is there, the button makes it, progress moves, a reload changes nothing, it plays."""
    server = start("web", "worker")
    page = browser.new_page()
    complaints = complaints_of(page)
    page.goto(server.url)
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))
    type_over(page, SMALL)
    page.get_by_role("button", name="Make video").click()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator("h1")).to_have_text("Small")
    expect(page.locator("[data-stage=input]")).to_have_attribute("data-status", "completed")
    page.reload()
    expect(page.locator("[data-stage=input]")).to_have_attribute("data-status", "completed")
    expect(page.locator(".pi-now")).to_have_text("Your video is ready", timeout=RENDERING_MS)
    expect(page.locator("#filmstrip li").first).to_be_visible()
    ids = log_ids(page)
    assert len(ids) == len(set(ids)) and ids == sorted(ids, key=lambda id: int(id.rpartition("-")[2]))
    page.locator("video").evaluate("video => (video.muted = true, video.play())")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert complaints == []
    page.close()


def pictures(page: Page) -> list[str]:
    """The storyboard's pictures, once each scene has one that is loaded."""
    page.wait_for_function(
        """() => {
          const images = [...document.querySelectorAll('#storyboard .scenes img')];
          return images.length && images.every(image => image.naturalWidth);
        }"""
    )
    return page.locator("#storyboard .scenes img").evaluate_all("images => images.map(image => image.src)")


BUSY = {
    "type": "about:blank",
    "title": "Service Unavailable",
    "status": 503,
    "detail": "The server has too many scripts to read and previews to draw.",
    "code": "server_busy",
}


def test_page_asks_a_busy_preview_service_again_by_itself(page: Page) -> None:
    """Twice it is refused; what was drawn before stays meanwhile, and no problem of the script is shown."""
    page.goto("/")
    type_over(page, SMALL)
    expect(page.locator("#storyboard .scene-title")).to_contain_text(["Small", "End"])
    refused: list[Route] = []

    def refuse(route: Route) -> None:
        refused.append(route)
        route.fulfill(status=503, headers={"Retry-After": "1"}, content_type="application/problem+json", body=json.dumps(BUSY))

    page.route("**/api/preview", refuse, times=2)
    type_over(page, f"{SMALL}\n## After\n\nThat is all.\n")
    expect(page.locator("#storyboard [data-part=total]")).to_contain_text(
        "too many scripts to read and previews to draw; shown as it was before"
    )
    expect(page.locator("#storyboard .scene-title").first).to_have_text("Small")
    expect(page.locator("[data-part=problem]")).to_be_hidden()
    expect(page.locator("#storyboard .scene-title")).to_contain_text(["Small", "End", "After"], timeout=60_000)
    assert len(refused) == 2


def test_storyboard_follows_as_one_types_and_only_the_changed_scene_is_drawn_again(page: Page) -> None:
    page.goto("/")
    type_over(page, f"{SMALL}\n## After\n\nThat is all.\n")
    expect(page.locator("#storyboard .scene-title")).to_contain_text(["Small", "End", "After"])
    before = pictures(page)
    page.locator("#storyboard .scenes li").evaluate_all("scenes => scenes.forEach((scene, index) => scene.marked = index)")
    page.locator("textarea").press("Control+End")
    page.keyboard.type("\nBut for this.")
    expect(page.locator("#storyboard .scene-narration").filter(has_text="But for this.")).to_be_visible()
    changed = next(index for index, title in enumerate(page.locator("#storyboard .scene-title").all_text_contents()) if title == "After")
    expect(page.locator("#storyboard .scenes img").nth(changed)).not_to_have_attribute("src", before[changed].removeprefix(page.url[:-1]))
    after = pictures(page)
    assert accessibility_faults(page) == []
    assert [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new] == [changed]
    assert page.locator("#storyboard .scenes li").evaluate_all("scenes => scenes.map(scene => scene.marked)") == list(range(len(before)))
    expect(page.locator("[data-part=forecast]")).to_have_text(re.compile(r"About \d+ s long"))
    expect(page.locator("[data-part=announcer]")).to_have_text("")


def test_a_scene_leads_to_its_line_and_the_carets_scene_is_marked(page: Page) -> None:
    page.goto("/")
    type_over(page, SMALL)
    scene = page.locator("#storyboard .scene").filter(has_text="One. Two.")
    scene.click()
    expect(page.locator("textarea")).to_be_focused()
    assert page.evaluate("(area => area.value.slice(area.selectionStart))(document.querySelector('textarea'))").startswith("## End")
    expect(scene).to_have_attribute("aria-current", "true")
    page.locator("textarea").press("Control+Home")
    expect(page.locator("#storyboard [aria-current]")).to_have_count(0)
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    expect(page.locator("#storyboard .scene").first).to_have_attribute("aria-current", "true")


def test_fault_is_shown_at_its_line(page: Page) -> None:
    page.goto("/")
    type_over(page, "# Hi\n\n```chart\nx: [1\n```\n")
    expect(page.locator(".line[data-diagnostic]")).to_have_count(1)  # without a button pressed
    page.get_by_role("button", name="Make video").click()
    expect(page.locator("[data-part=problem]")).to_be_focused()
    expect(page.locator(".problem-message")).to_contain_text("did not find")
    line = page.locator(".line").evaluate_all("lines => lines.findIndex(line => line.dataset.diagnostic) + 1")
    page.get_by_role("button", name=f"Go to line {line}").click()
    expect(page.locator("textarea")).to_be_focused()
    type_over(page, "# Hi\n")
    expect(page.locator(".line[data-diagnostic]")).to_have_count(0)
    expect(page.locator("[data-part=problem]")).to_be_hidden()


def test_language_is_chosen_by_its_own_name_kept_and_submitted(page: Page) -> None:
    page.goto("/")
    choice = page.get_by_label("Language")
    expect(choice.locator("option").first).to_have_text("Detected")
    type_over(page, "---\nvoice: none\n---\n# Hallo\n\nDas ist der Satz, den wir heute zusammen lesen.\n")
    expect(choice.locator("option").first).to_have_text("Deutsch")  # as it was found out
    assert choice.locator("option[lang=ja]").text_content() == "日本語"
    choice.select_option(label="Nederlands")
    page.reload()
    expect(choice).to_have_value("nl")
    page.get_by_role("button", name="Make video").click()
    page.wait_for_url(re.compile("/tasks/"))
    expect(page.locator("h1")).to_have_attribute("lang", "nl")
    shown_task = page.request.get(f"/api/tasks/{page.url.rpartition('/')[2]}").json()
    assert (shown_task["options"]["language"], shown_task["language"]) == ("nl", "nl")
    page.get_by_role("button", name="Cancel").click()  # no worker here takes it from the queue
    expect(page.locator("[data-part=badge]")).to_have_text("Cancelled")


@pytest.mark.parametrize("drafted", [False, True], ids=["without a draft", "with a draft"])
def test_what_is_chosen_while_the_page_loads_is_kept_at_once(page: Page, drafted: bool) -> None:
    """The choice is made before any script of the page has run, and the page is left as soon as the script has."""
    page.goto("/")
    if drafted:
        type_over(page, "# Hallo\n")
        expect(page.locator("[data-part=saved]")).to_have_text(re.compile("^Saved"))
    waiting: list[Route] = []
    # Only the first is held. The route stays: to take it away while the page loads its other modules leaves some of them without an answer.
    page.route("**/static/js/write-page.js", lambda route: route.continue_() if waiting else waiting.append(route))
    page.goto("/", wait_until="commit")
    page.get_by_label("Language").select_option(label="Nederlands")
    while not waiting:
        page.wait_for_timeout(20)
    waiting[0].continue_()
    expect(page.locator("[data-part=saved]")).to_have_text(re.compile("^Saved"))
    page.goto("/status")
    page.goto("/")
    expect(page.get_by_label("Language")).to_have_value("nl")
    if drafted:
        expect(page.locator("textarea")).to_have_value("# Hallo\n")


def test_a_scene_at_fault_is_marked_and_the_others_stay(page: Page) -> None:
    page.goto("/?example=welcome.yaml")
    expect(page.locator("#storyboard .scene")).to_have_count(4)
    type_over(page, page.locator("textarea").input_value().replace("kind: list", "kind: lisst"))
    expect(page.locator("#storyboard li[data-diagnostic] .scene-title")).to_have_text(["What a scene may have"])
    expect(page.locator("#storyboard .scene")).to_have_count(4)
    expect(page.locator("[data-part=problem-hint]")).to_contain_text("The kinds of scene are")
    page.reload()  # opened new, it has no scene from before to show
    expect(page.locator("#storyboard .scene-title")).to_have_text(["Hello from YAML", "Problem in line 12", "For example", "That is all"])
    page.locator("#storyboard li[data-diagnostic] .scene").click()
    expect(page.locator(".line[data-diagnostic]")).to_have_attribute("data-diagnostic", re.compile("no kind of scene"))
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator("[data-part=problem]")).to_be_visible()
    assert accessibility_faults(page) == []


def test_scenes_that_cannot_be_loaded_are_loaded_when_the_gallery_is_opened_again(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.url)
    page.goto("/")
    page.route("**/api/samples", lambda route: route.abort())
    insert = page.get_by_role("button", name="Insert scene")
    insert.click()
    expect(page.locator("#inserter [role=status]")).to_have_text(re.compile("could not be loaded"))
    page.locator("#inserter").get_by_role("button", name="Close").click()
    page.unroute("**/api/samples")
    insert.click()
    expect(page.locator("#inserter [role=status]")).to_be_empty()
    expect(page.locator("#inserter [data-kind]")).not_to_have_count(0)
    page.close()


def test_a_scene_is_inserted_into_yaml_as_yaml_behind_the_scene_of_the_caret(page: Page) -> None:
    page.goto("/?example=welcome.yaml")
    expect(page.locator("#storyboard .scene")).to_have_count(4)
    script = page.locator("textarea")
    before = script.input_value()
    first, second = (before.index("\n  - kind:", start) for start in (0, before.index("\n  - kind:") + 1))
    script.evaluate("(area, at) => { area.focus(); area.setSelectionRange(at, at); }", first + 5)
    page.get_by_role("button", name="Insert scene").click()
    page.locator("#inserter [data-kind=equation]").click()
    expect(script).to_have_value(re.compile(r"\n {2}- kind: equation\n"))
    after = script.input_value()
    assert after.startswith(before[:second].rstrip() + "\n\n  - kind: equation\n")
    assert after.endswith("\n\n" + before[second:].lstrip("\n"))
    expect(page.locator("#storyboard .scene")).to_have_count(5)
    expect(page.locator(".line[data-fault]")).to_have_count(0)
    page.keyboard.press("Control+Z")
    expect(script).to_have_value(before)


def test_mirror_keeps_the_lines_of_the_text(page: Page) -> None:
    """Numbers and faults stand at the right lines only if the mirror breaks lines as the textarea does."""
    page.goto("/")
    type_over(page, "\n".join(["# Title", "", "word " * 200, "", "x" * 500, "\tindented", "", "end"]))
    heights = page.evaluate("[document.querySelector('textarea').scrollHeight, document.querySelector('.mirror').scrollHeight]")
    assert heights[0] == heights[1]
    page.locator("textarea").press("Control+Home")
    page.keyboard.type("new\nlines\n")
    lines = page.locator(".mirror .line").evaluate_all("lines => lines.map(line => line.textContent.replace('\\u200b', ''))")
    assert "\n".join(lines) == page.locator("textarea").input_value()


def test_draft_survives_a_reload_and_a_look_at_an_example(page: Page) -> None:
    page.goto("/")
    type_over(page, "# My draft\n")
    page.get_by_label("Format").select_option("markdown")
    page.get_by_label("Theme").select_option("paper")
    page.reload()
    expect(page.locator("textarea")).to_have_value("# My draft\n")
    expect(page.get_by_label("Format")).to_have_value("markdown")
    expect(page.get_by_label("Theme")).to_have_value("paper")
    page.locator("[data-part=examples] summary").click()
    page.get_by_role("link", name="Hello from YAML").click()
    expect(page.locator("textarea")).to_have_value(re.compile("title: Hello from YAML"))
    page.go_back()
    expect(page.locator("textarea")).to_have_value("# My draft\n")
    page.go_forward()
    expect(page.locator("textarea")).to_have_value(re.compile("title: Hello from YAML"))
    page.go_back()
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))
    page.keyboard.press("Control+z")
    expect(page.locator("textarea")).to_have_value("# My draft\n")


def test_a_scene_is_inserted_after_that_of_the_caret(page: Page) -> None:
    page.goto("/")
    type_over(page, SMALL)
    page.locator("textarea").press("Control+Home")
    for _ in range(4):
        page.keyboard.press("ArrowDown")
    page.get_by_role("button", name="Insert scene").click()
    assert accessibility_faults(page) == []
    page.get_by_role("button", name="Table").click()
    expect(page.locator("textarea")).to_have_value(re.compile(r"One line\.\n\n## How long to wait\n\n\| Tea[^#]*\|\n\n## End"))
    expect(page.locator("textarea")).to_be_focused()
    type_over(page, "title: Hello\nscenes:\n- kind: text\n  paragraphs: [A]\n")
    page.get_by_role("button", name="Insert scene").click()
    page.get_by_role("button", name="Quotation").click()
    expect(page.locator("textarea")).to_have_value(re.compile(r"\[A\]\n\n- kind: quote\n  text: There"))


def test_menus_give_the_focus_back_and_a_scene_is_inserted_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    type_over(page, SMALL)
    insert = page.get_by_role("button", name="Insert scene")
    insert.press("Enter")
    expect(page.locator("#inserter")).to_be_visible()
    page.keyboard.press("Escape")
    expect(insert).to_be_focused()
    insert.press("Enter")
    page.locator("#inserter [data-kind=quote]").press("Enter")
    expect(page.locator("textarea")).to_have_value(re.compile("> There"))
    expect(page.locator("textarea")).to_be_focused()
    examples = page.locator("[data-part=examples]")
    examples.locator("summary").press("Enter")
    page.keyboard.press("Tab")
    expect(examples.locator("a").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(examples.locator("summary")).to_be_focused()
    expect(examples).not_to_have_attribute("open", "")


PASTE = """(base64) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], "image.png", { type: "image/png" }));
  const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
  document.querySelector("textarea").dispatchEvent(paste);
}"""


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (32, 18), "seagreen").save(file, "PNG")
    return file.getvalue()


def test_pasted_picture_is_sent_put_into_the_script_and_kept(context: BrowserContext, store: Store) -> None:
    page = context.new_page()
    page.goto("/")
    type_over(page, "# Cats\n\nThey are here.\n")
    page.locator("textarea").press("Control+End")
    page.evaluate(PASTE, base64.b64encode(picture()).decode())
    expect(page.locator("textarea")).to_have_value("# Cats\n\nThey are here.\n\n![](picture.png)\n\n")
    page.get_by_role("button", name="picture.png", exact=True).click()
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("A cat")  # the caret is where it is to be described
    expect(page.locator("textarea")).to_have_value(re.compile(r"!\[A cat\]\(picture.png\)"))
    expect(page.locator(".file-status")).to_have_text(re.compile(r"\d+ B"))
    page.set_input_files("[data-part=file-input]", {"name": "a drawing.svg", "mimeType": "image/svg+xml", "buffer": b"<svg><p>\x00"})
    expect(page.locator(".file.failed")).to_contain_text("a drawing.svg")
    page.get_by_role("button", name="Remove a drawing.svg").click()
    page.reload()
    expect(page.locator(".file")).to_have_count(1)
    page.get_by_role("button", name="Make video").click()
    page.wait_for_url(re.compile("/tasks/"))
    with store.reading() as read:
        assert [file.name for file in asset.of_task(read, page.url.rpartition("/")[2])] == ["picture.png"]


def test_dropped_script_becomes_the_script(page: Page) -> None:
    page.goto("/")
    drop = """() => {
      const data = new DataTransfer();
      data.items.add(new File(["# Dropped\\n"], "notes.md", { type: "text/markdown" }));
      document.querySelector("textarea").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(drop)
    expect(page.locator("textarea")).to_have_value("# Dropped\n")
    page.keyboard.press("Control+z")
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))


def test_keys_help_to_write_and_nobody_is_caught(page: Page) -> None:
    page.goto("/")
    page.locator("textarea").focus()
    page.keyboard.press("Tab")  # who came by Tab goes on by Tab
    expect(page.locator("textarea")).not_to_be_focused()
    type_over(page, "- One")
    page.locator("textarea").press("Control+End")
    page.keyboard.type("\nTwo")
    page.keyboard.press("Tab")
    page.keyboard.type("\nThree")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("\n\nFour ")
    page.keyboard.press("Control+b")
    page.keyboard.type("five")
    expect(page.locator("textarea")).to_have_value("- One\n  - Two\n- Three\nFour **five**")
    page.keyboard.press("Control+z")
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(page.locator("textarea")).not_to_be_focused()


def test_narrow_screen_shows_the_script_or_the_storyboard(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.url, viewport={"width": 390, "height": 844})
    page.goto("/")
    expect(page.locator("#storyboard")).to_be_hidden()
    page.get_by_role("button", name="Storyboard").click()
    expect(page.locator("textarea")).to_be_hidden()
    page.locator("#storyboard .scene").nth(1).click()
    expect(page.locator("textarea")).to_be_focused()
    expect(page.locator("#storyboard")).to_be_hidden()
    page.close()


def test_making_again_begins_with_the_same_script_and_options(page: Page, store: Store) -> None:
    first = task.submit(store, source="# Again\n", format="markdown", title="Again", options={"aspect": "9:16", "fps": 60})
    page.goto(f"/?from={first.id}")
    expect(page.get_by_label("Shape")).to_have_value("9:16")
    type_over(page, "# Again, better\n")
    page.reload()
    expect(page.locator("textarea")).to_have_value("# Again, better\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator("h1")).to_have_text("Again, better")
    second = task.get(store, page.url.rpartition("/")[2])
    assert (second.made_from_task_id, second.options) == (first.id, {"aspect": "9:16", "fps": 60})
    page.goto("/")
    expect(page.locator("textarea")).to_have_value(re.compile("^# Why the sky is blue"))


def test_control_enter_makes_the_video(page: Page, store: Store) -> None:
    page.goto("/")
    type_over(page, "# By keyboard\n\nText.\n")
    page.locator("textarea").press("Control+Enter")
    expect(page.locator("h1")).to_have_text("By keyboard")


def test_everything_works_without_javascript(browser: Browser, server: Server, store: Store) -> None:
    """A script is taken, its task is shown and can be cancelled, tried again, deleted and had back, by forms alone."""
    context = browser.new_context(base_url=server.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    type_over(page, "---\ntitle: [x\n---\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator(".problem-message")).to_contain_text("nothing in the script to show")
    expect(page.locator("textarea")).to_have_value("---\ntitle: [x\n---\n")
    type_over(page, "# Plain & simple\n\nText.\n")
    page.get_by_role("button", name="Make video").click()
    expect(page.locator("h1")).to_have_text("Plain & simple")
    id = page.url.rpartition("/")[2]
    assert task.get(store, id).source == "# Plain & simple\n\nText.\n"
    expect(page.locator(".pi-now")).to_have_text(re.compile("No worker is running"))
    expect(page.locator("#log li")).to_contain_text(["Submitted"])
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Cancelled")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Queued")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Delete").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Plain & simple")
    context.close()


def test_form_without_its_token_is_refused(context: BrowserContext, server: Server) -> None:
    answer = context.request.post("/", form={"script": "# Hi", "csrf_token": "guessed"})
    assert answer.status == 403


def test_made_again_with_changes_a_video_keeps_its_other_options_and_its_place_in_the_queue_can_be_chosen(page: Page, store: Store) -> None:
    original = task.submit(store, source="# One\n\nHere.", format="markdown", options={"height": 240, "voice": "none"}).id
    page.goto(f"/?from={original}")
    page.get_by_label("Queue").select_option("before the others")
    type_over(page, "# Two\n\nHere.")
    page.get_by_role("button", name="Make video").click()
    page.wait_for_url(re.compile("/tasks/"))
    again = task.get(store, page.url.rpartition("/")[2])
    assert (again.made_from_task_id, again.options, again.priority) == (original, {"height": 240, "voice": "none"}, 10)
    expect(page.locator(".facts-list")).to_contain_text(re.compile(r"Priority\s*10"))
    page.locator(".facts-list a", has_text=original).click()
    expect(page).to_have_url(re.compile(f"{original}$"))


def test_what_is_written_before_the_page_listens_stays_and_the_draft_is_an_undo_away(page: Page) -> None:
    page.goto("/")
    type_over(page, "# My draft\n")
    expect(page.locator("[data-part=saved]")).to_have_text(re.compile("^Saved"))
    requests_on_hold: list[Route] = []
    page.route("**/editor.js", lambda route: requests_on_hold.append(route))
    page.reload(wait_until="commit")
    type_over(page, "# Early bird\n")
    page.get_by_label("Theme").select_option("paper")
    page.locator("textarea").focus()
    page.wait_for_function("() => document.activeElement.matches('textarea')")
    for _ in range(1000):
        if requests_on_hold:
            break
        page.wait_for_timeout(20)
    requests_on_hold[0].continue_()
    expect(page.locator(".mirror .line").first).to_have_text("# Early bird")
    expect(page.locator("textarea")).to_have_value("# Early bird\n")
    expect(page.get_by_label("Theme")).to_have_value("paper")
    expect(page.locator("#storyboard .scene-title")).to_have_text(["Early bird"])
    page.locator("textarea").press("Control+z")
    expect(page.locator("textarea")).to_have_value("# My draft\n")


def test_a_theme_is_chosen_by_its_picture_with_the_keyboard_alone(page: Page) -> None:
    page.goto("/")
    looks = page.get_by_role("group", name="Looks")
    type_over(page, "---\ntheme: paper\n---\n# A\n")
    expect(looks.get_by_role("button", name="paper")).to_have_attribute("aria-pressed", "true")
    looks.get_by_role("button", name="harbour").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Theme")).to_have_value("harbour")
    expect(looks.get_by_role("button", pressed=True)).to_have_text("harbour")
    page.keyboard.press("Space")
    expect(page.get_by_label("Theme")).to_have_value("")
    expect(looks.get_by_role("button", pressed=True)).to_have_text("paper")
    assert looks.locator("img").evaluate_all("images => images.every((image) => image.getAttribute('src').includes('/themes/'))")


def test_the_pictures_of_themes_stay_within_a_narrow_screen(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/")
    if not page.locator("[data-part=options]").evaluate("details => details.open"):
        page.locator("[data-part=options] summary").first.click()
    last = page.get_by_role("group", name="Looks").get_by_role("button").last
    last.scroll_into_view_if_needed()
    last.click()
    expect(last).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
