"""The exported page plays its video from a file, without a server: with captions, chapters and transcript."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import accessibility_faults
from tests.support.completed_video import write_video
from tests.support.paths import ROOT
from videogen.exports.video_files import VideoFiles
from videogen.exports.web_package import write_page

SCORM_AGAIN = ROOT / "node_modules" / "scorm-again" / "dist" / "scorm12.js"
"""A platform's side of SCORM 1.2, which checks each value; `npm install` brings it."""
STAND_IN = """window.values = {}; window.API = { LMSInitialize: () => "true", LMSCommit: () => "true", LMSFinish: () => "true",
    LMSGetLastError: () => "0", LMSGetValue: (name) => values[name] ?? "",
    LMSSetValue: (name, value) => { values[name] = value; return "true"; } };"""
PLATFORM = """
    window.API = new Scorm12API({ autocommit: false });
    window.refused = [];
    const { LMSSetValue } = API;
    API.LMSSetValue = (name, value) => {
      const taken = LMSSetValue.call(API, name, value);
      if (taken !== "true") refused.push([name, value, API.LMSGetLastError()]);
      return taken;
    };"""


@pytest.mark.parametrize("platform", ["stand-in", "scorm-again"])
def test_page_plays_from_a_file_and_reports_to_a_learning_platform(browser: Browser, tmp_path: Path, platform: str) -> None:
    if platform == "scorm-again" and not SCORM_AGAIN.exists():
        pytest.skip("scorm-again is not installed: npm install")
    (tmp_path / "a.srt").write_text("1\n00:00:00,100 --> 00:00:02,900\nBees & flowers.\n", encoding="utf-8")
    scenes = [
        {"title": title, "sentences": [{"text": text, "start": start, "end": start + 1}]}
        for title, text, start in (("Bees", "They fly.", 0.1), ("Water", "They drink.", 1.5))
    ]
    chapters = [{"title": "Bees", "start": 0.0, "end": 1.0}, {"title": "Water", "start": 1.5, "end": 3.0}]
    metadata = {"title": "Bees", "options": {"language": "en"}, "chapters": chapters, "scenes": scenes}
    (tmp_path / "a.json").write_text(json.dumps(metadata))
    paths = {"video": write_video(tmp_path / "v.mp4"), "metadata": tmp_path / "a.json", "captions_srt": tmp_path / "a.srt"}
    write_page(VideoFiles.read(paths), tmp_path / "a.zip", scorm_id="5f0c")
    with zipfile.ZipFile(tmp_path / "a.zip") as package:
        package.extractall(tmp_path / "page")
    context = browser.new_context(offline=True)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.add_init_script(STAND_IN if platform == "stand-in" else SCORM_AGAIN.read_text(encoding="utf-8") + PLATFORM)
    page.goto((tmp_path / "page" / "index.html").as_uri())
    expect(page.get_by_role("button", name="Water")).to_be_visible()
    expect(page.locator("#transcript button")).to_have_text(["They fly.", "They drink."])
    page.wait_for_function("document.querySelector('video').readyState >= 1")
    assert page.evaluate("document.querySelector('video').textTracks[0].cues[0].text") == "Bees & flowers."
    assert page.evaluate("API.LMSGetValue('cmi.core.lesson_status')") == "incomplete"
    page.locator("#chapters button").nth(1).click()
    page.wait_for_function("document.querySelector('video').currentTime >= 1.5")
    page.wait_for_function("API.LMSGetValue('cmi.core.lesson_status') === 'completed'")
    told = page.evaluate(
        """() => { const told = []; const set = API.LMSSetValue; API.LMSSetValue = (...pair) => (told.push(pair), set(...pair));
        dispatchEvent(new Event("pagehide")); return told; }"""
    )
    assert [name for name, _ in told] == ["cmi.core.session_time", "cmi.core.exit"]
    assert re.fullmatch(r"00:\d\d:\d\d", told[0][1])
    assert page.evaluate("window.refused ?? []") == []
    assert accessibility_faults(page) == []
    assert complaints == []
    context.close()
