"""Files that come into a script that is being written: where they go, how their names are written, and what stays as it was."""

from __future__ import annotations

import base64
import json
import re
import wave
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from videogen.script import read

CARET = "|"

SAID = """() => {
  const announcer = document.querySelector("[data-part=announcer]");
  window.said = [];
  const listener = new MutationObserver(() => window.said.push(announcer.textContent));
  listener.observe(announcer, { childList: true, characterData: true, subtree: true });
}"""


def picture(colour: str = "seagreen") -> bytes:
    file = BytesIO()
    Image.new("RGB", (32, 18), colour).save(file, "PNG")
    return file.getvalue()


def files(*names: str) -> list[FilePayload]:
    """Pictures of these names, as somebody has them; each of another content."""
    colours = ("seagreen", "navy", "orange", "crimson")
    return [{"name": name, "mimeType": "image/png", "buffer": picture(colours[index])} for index, name in enumerate(names)]


def open_with(page: Page, script: str) -> None:
    """The page for writing with this script, the caret at the CARET in it."""
    page.goto("/")
    page.wait_for_function("document.querySelector('.mirror')")
    page.evaluate(SAID)
    text = script.replace(CARET, "")
    page.locator("textarea").fill(text)
    page.locator("textarea").focus()
    at = script.find(CARET)
    page.evaluate("at => document.querySelector('textarea').setSelectionRange(at, at)", at if at >= 0 else len(text))


def choose(page: Page, *names: str) -> None:
    page.set_input_files("[data-part=file-input]", files(*names))


def drop(page: Page, *names: str) -> None:
    sent = [{"name": file["name"], "base64": base64.b64encode(file["buffer"]).decode()} for file in files(*names)]
    page.evaluate(
        """(files) => {
          const data = new DataTransfer();
          for (const { name, base64 } of files) {
            data.items.add(new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], name, { type: "image/png" }));
          }
          document.querySelector("textarea").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        sent,
    )


def paste(page: Page, *names: str) -> None:
    sent = [{"name": file["name"], "base64": base64.b64encode(file["buffer"]).decode()} for file in files(*names)]
    page.evaluate(
        """(files) => {
          const data = new DataTransfer();
          for (const { name, base64 } of files) {
            data.items.add(new File([Uint8Array.from(atob(base64), (each) => each.charCodeAt(0))], name, { type: "image/png" }));
          }
          const paste = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          document.querySelector("textarea").dispatchEvent(paste);
        }""",
        sent,
    )


def shows(page: Page, script: str) -> None:
    """That the script is this, and the caret where CARET is."""
    expect(page.locator("textarea")).to_have_value(script.replace(CARET, ""))
    if CARET in script:
        assert page.evaluate("document.querySelector('textarea').selectionStart") == script.index(CARET)


def wait_until_announced(page: Page, words: str) -> None:
    """That this was announced, whatever came after it."""
    page.wait_for_function("words => window.said.includes(words)", arg=words)


@pytest.mark.parametrize("bring", [choose, drop, paste])
def test_two_files_at_once_stand_on_lines_of_their_own_in_their_order(page: Page, bring: Any) -> None:
    open_with(page, "# Cats\n\nThey are |here,\nand there.\n\nThe end.\n")
    bring(page, "one.png", "two.png")
    shows(page, "# Cats\n\nThey are |here,\nand there.\n\n![](one.png)\n\n![](two.png)\n\nThe end.\n")
    page.keyboard.press("Control+z")
    shows(page, "# Cats\n\nThey are here,\nand there.\n\n![](one.png)\n\nThe end.\n")
    page.keyboard.press("Control+z")
    shows(page, "# Cats\n\nThey are here,\nand there.\n\nThe end.\n")


def test_uploads_that_finish_in_the_other_order_come_in_the_order_of_being_added(page: Page) -> None:
    requests_on_hold: list[Route] = []
    page.route("**/api/assets", lambda route: requests_on_hold.append(route) if len(requests_on_hold) < 1 else route.continue_())
    open_with(page, "# Cats\n\nHere|.\n\nThe end.\n")
    drop(page, "one.png")
    expect(page.locator(".file")).to_have_count(1)
    page.wait_for_timeout(0)
    drop(page, "two.png")
    shows(page, "# Cats\n\nHere|.\n\n![](two.png)\n\nThe end.\n")
    page.locator("textarea").press("Control+Home")
    page.keyboard.type("Before. ")  # the place that a file was meant for goes with the text
    requests_on_hold[0].continue_()
    shows(page, "Before. |# Cats\n\nHere.\n\n![](one.png)\n\n![](two.png)\n\nThe end.\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: |A\n---\n\n# A\n", "---\ntitle: |A\n---\n\n![](x.png)\n\n# A\n"),
        ("- a|\n\n- b\n\n  more\n\nB\n", "- a|\n\n- b\n\n  more\n\n![](x.png)\n\nB\n"),
        ("A\n\n|\n\nB\n", "A\n\n![](x.png)\n\n|\n\nB\n"),
    ],
)  # fmt: skip
def test_file_never_goes_into_another_block(page: Page, before: str, after: str) -> None:
    """tests/js/test_placement.py has every kind of block."""
    open_with(page, before)
    drop(page, "x.png")
    shows(page, after)


def test_table_is_left_whole(page: Page) -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |"
    open_with(page, "")
    page.locator("textarea").fill(f"# A\n\n{table}\n\nB\n")
    page.evaluate("document.querySelector('textarea').setSelectionRange(12, 12)")
    drop(page, "x.png")
    expect(page.locator("textarea")).to_have_value(f"# A\n\n{table}\n\n![](x.png)\n\nB\n")


@pytest.mark.parametrize(
    "script",
    [
        "# A\n\n![A cat](cat.png)\n",
        "title: A\nscenes:\n  - kind: image\n    file: cat.png\n    alt: A cat\n",
        '{"title": "A", "scenes": [{"kind": "image", "file": "cat.png", "alt": "A cat"}]}',
    ],
)
def test_file_that_the_script_names_already_is_not_put_in_again(page: Page, script: str) -> None:
    open_with(page, script)
    drop(page, "cat.png")
    wait_until_announced(page, "cat.png is added: the script names it already.")
    shows(page, script)


def test_same_file_added_twice_is_one_file(page: Page) -> None:
    open_with(page, "# A\n\nB|\n")
    drop(page, "cat.png")
    wait_until_announced(page, "cat.png is added: it is in the script.")
    drop(page, "cat.png")
    wait_until_announced(page, "cat.png is there already.")
    expect(page.locator(".file")).to_have_count(1)
    shows(page, "# A\n\nB|\n\n![](cat.png)\n")
    page.get_by_role("button", name="cat.png", exact=True).click()  # to describe it
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.type("A cat")
    shows(page, "# A\n\nB\n\n![A cat|](cat.png)\n")


def test_focus_and_selection_stay_where_they_are(page: Page) -> None:
    open_with(page, "# A\n\nSome words here.\n\nB\n")
    page.evaluate("document.querySelector('textarea').setSelectionRange(5, 9)")
    page.locator("select[name=format]").focus()
    choose(page, "x.png")
    shows(page, "# A\n\nSome words here.\n\n![](x.png)\n\nB\n")
    expect(page.locator("select[name=format]")).to_be_focused()
    chosen = page.evaluate("(({ selectionStart, selectionEnd }) => [selectionStart, selectionEnd])(document.querySelector('textarea'))")
    assert chosen == [5, 9]


def test_without_a_caret_files_come_last(page: Page) -> None:
    page.goto("/")
    before = page.locator("textarea").input_value()
    choose(page, "x.png")
    shows(page, f"{before.rstrip()}\n\n![](x.png)\n")


def test_script_dropped_together_with_its_pictures_is_the_script(page: Page) -> None:
    open_with(page, "# Old\n")
    script: FilePayload = {"name": "talk.md", "mimeType": "text/markdown", "buffer": b"# Talk\n\n![A cat](cat.png)\n"}
    page.set_input_files("[data-part=file-input]", [files("cat.png")[0], script])
    expect(page.locator(".file")).to_have_count(1)
    wait_until_announced(page, "cat.png is added: the script names it already.")
    shows(page, "# Talk\n\n![A cat](cat.png)\n")


def test_file_becomes_a_scene_of_a_yaml_script(page: Page) -> None:
    open_with(page, "title: A\nscenes:\n  - kind: title\n    title: |Hello\n  - kind: outro\n    title: Bye\noptions:\n  theme: paper\n")
    drop(page, "my cat.png")
    expect(page.locator("textarea")).to_have_value(re.compile("my cat"))
    script = read(page.locator("textarea").input_value(), "yaml").script
    assert [scene.kind for scene in script.scenes] == ["title", "image", "outro"]
    assert script.scenes[1].file == "my cat.png"
    assert page.locator("textarea").input_value().startswith("title: A\nscenes:\n  - kind: title\n    title: Hello\n  - kind: image\n")


def test_file_becomes_a_scene_of_a_json_script(page: Page) -> None:
    script: dict[str, Any] = {
        "title": "A",
        "scenes": [{"kind": "title", "title": "[{"}, {"kind": "outro", "title": "Bye"}],
        "options": {"theme": "paper"},
    }
    open_with(page, json.dumps(script, indent=2).replace('"[{"', '"|[{"'))
    drop(page, "cat.png", "dog.png")
    expect(page.locator("textarea")).to_have_value(re.compile("dog"))
    written = json.loads(page.locator("textarea").input_value())
    scenes = [script["scenes"][0], *({"kind": "image", "file": name, "alt": ""} for name in ("cat.png", "dog.png")), script["scenes"][1]]
    assert written["scenes"] == scenes
    assert written | {"scenes": []} == script | {"scenes": []}


def test_half_written_json_is_left_alone(page: Page) -> None:
    open_with(page, '{"title": "A", "scenes": [{"kind": |')
    page.locator("select[name=format]").select_option("json")
    drop(page, "cat.png")
    wait_until_announced(page, "cat.png is added: choose it to insert its name at the caret.")
    expect(page.locator("textarea")).to_have_value('{"title": "A", "scenes": [{"kind": ')


@pytest.mark.parametrize("name", ["my photo (1).png", "a [draft].png"])
def test_name_of_a_file_is_read_back_as_it_is(page: Page, name: str) -> None:
    open_with(page, "# A\n\nB|\n")
    drop(page, name)
    expect(page.locator("textarea")).to_have_value(re.compile(r"!\[\]"))
    reading = read(page.locator("textarea").input_value(), "markdown")
    assert not reading.warnings
    (scene,) = [drawn for drawn in reading.script.scenes if drawn.kind == "image"]
    assert scene.file == name


def test_sound_is_offered_as_music_as_long_as_it_is_there(page: Page) -> None:
    open_with(page, "# Cats\n\nHere.\n")
    music = page.get_by_label("Music")
    sound = BytesIO()
    with wave.open(sound, "wb") as writer:
        writer.setparams((1, 2, 8000, 0, "NONE", ""))
        writer.writeframes(bytes(8000))
    tune: FilePayload = {"name": "tune.wav", "mimeType": "audio/wav", "buffer": sound.getvalue()}
    page.set_input_files("[data-part=file-input]", [tune])
    music.select_option("tune.wav")
    page.reload()
    expect(music).to_have_value("tune.wav")
    page.get_by_role("button", name="Remove tune.wav").click()
    expect(music.locator("option", has_text="tune.wav")).to_have_count(0)
