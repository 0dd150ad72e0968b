"""Working on a script with the keyboard alone, and with a finger: find and replace, another order of scenes, a scene played."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server, complaints_of

SCRIPT = "## Tea\n\nTea is a leaf.\n\n## Water\n\nWater for tea boils.\n\n## Cups\n\nCups wait."
MOVED = "## Water\n\nWater for tea boils.\n\n## Tea\n\nTea is a leaf.\n\n## Cups\n\nCups wait."


def write(page: Page, script: str) -> None:
    page.goto("/")
    page.locator("textarea").fill(script)
    expect(page.locator(".scene-title").first).to_have_text("Tea")
    expect(page.locator(".scenes > li")).to_have_count(3)


def test_script_is_searched_and_scenes_are_moved_by_keyboard(page: Page) -> None:
    write(page, SCRIPT)
    text = page.locator("textarea")
    text.press("Control+f")
    expect(page.get_by_label("Find", exact=True)).to_be_focused()
    page.keyboard.type("tea")
    expect(page.locator("[data-part=found]")).to_have_text("3 found")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    assert page.evaluate("[CSS.highlights.get('found').size, CSS.highlights.get('found-now').size]") == [3, 1]
    assert accessibility_faults(page) == []
    page.keyboard.press("Tab")
    page.keyboard.type("coffee")
    page.get_by_role("button", name="Replace all").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-part=found]")).to_have_text("3 replaced")
    assert text.input_value().count("coffee") == 3
    page.keyboard.press("Escape")
    expect(text).to_be_focused()
    page.keyboard.press("Control+z")
    expect(text).to_have_value(SCRIPT)

    expect(page.locator("[data-part=total]")).to_have_text("3 scenes")
    first = page.locator(".scenes .scene").first
    first.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(text).to_have_value(MOVED)
    expect(page.locator(".scenes .scene").nth(1)).to_be_focused()
    expect(page.locator("[data-part=announcer]")).to_have_text("The scene is number 2 now.")
    page.keyboard.press("Alt+ArrowUp")
    expect(text).to_have_value(SCRIPT)

    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text("Make the video")
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    expect(page.locator(".scenes .scene").first).to_be_focused()

    expect(page.locator("[data-part=total]")).to_have_text("3 scenes")
    page.get_by_role("button", name="Play scene 1").press("Enter")
    player = page.get_by_role("dialog", name="Scene 1")
    expect(player.locator("p")).to_have_text("Scene 1, as it will be in the video")
    page.wait_for_function("() => document.querySelector('dialog video').readyState > 1")
    assert accessibility_faults(page) == []
    page.keyboard.press("Escape")
    expect(player).to_have_count(0)


def test_scene_is_dragged_by_its_grip_on_a_phone_and_by_itself_with_a_mouse(browser: Browser, server: Server) -> None:
    context = browser.new_context(base_url=server.url, viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    complaints = complaints_of(page)
    write(page, SCRIPT)
    page.get_by_role("button", name="Storyboard").click()
    items = page.locator(".scenes > li")
    expect(items.first.locator("[data-part=grip]")).to_be_visible()
    assert accessibility_faults(page) == []
    from_box, to_box = items.first.locator("[data-part=grip]").bounding_box(), items.nth(1).bounding_box()
    assert from_box and to_box
    touch = context.new_cdp_session(page)

    def send(kind: str, x: float = 0, y: float = 0) -> None:
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}] if kind != "touchEnd" else []})

    items.first.locator("[data-part=grip]").tap()  # loads what moves scenes
    page.wait_for_function("() => performance.getEntriesByName(new URL('/static/js/scene-mover.js', location).href).length")
    x, y = from_box["x"] + 20, from_box["y"] + 20
    send("touchStart", x, y)
    for step in (0.3, 0.6, 1.0):
        send("touchMove", x + (to_box["x"] + 40 - x) * step, y + (to_box["y"] + 60 - y) * step)
    expect(items.nth(1)).to_have_attribute("data-drop", "after")
    send("touchEnd")
    expect(page.locator("textarea")).to_have_value(MOVED)

    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.locator("[data-part=total]")).to_have_text("3 scenes")
    items.nth(1).hover()
    page.mouse.down()
    items.first.hover()
    page.mouse.up()
    expect(page.locator("textarea")).to_have_value(SCRIPT)
    context.close()
    assert complaints == []
