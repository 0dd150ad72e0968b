"""`<video-progress>` on a page of another site: live, without a login, in Chromium, Firefox and WebKitGTK."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import Page, expect

from models import share
from models.database import Store
from tests.browser.conftest import PATIENCE_MS, Server
from tests.browser.test_task_page import SubmitTask
from tests.support.other_browsers import Firefox, OtherBrowser, WebKitGtk
from tests.support.other_site import other_site
from tests.support.scripted_task import ScriptedTask
from videogen.files.share_link import link_of, server_secret

PAGE = """<!doctype html><title>Elsewhere</title><link rel="icon" href="data:,">
<script type="module" src="{server}/embed/v1/video-progress.js"></script>
<video-progress src="{server}/s/{link}" player></video-progress>"""
SHOWN = """(() => {
  const element = document.querySelector("video-progress");
  const text = (name) => element.shadowRoot?.querySelector(`[part=${name}]`)?.textContent ?? "";
  return [element.dataset.status ?? "", text("percent"), text("title"), element.hasAttribute("data-connected")];
})()"""


@pytest.fixture
def scripted(store: Store, server: Server, submit_task: SubmitTask) -> ScriptedTask:
    return submit_task().start()


def page_of(server: Server, store: Store, scripted: ScriptedTask) -> str:
    link = link_of(server_secret(server.data), share.create(store, scripted.id, 1).id)
    return PAGE.format(server=server.url, link=link)


def test_page_of_another_site_shows_progress_and_then_the_player(page: Page, server: Server, store: Store, scripted: ScriptedTask) -> None:
    with other_site(page_of(server, store, scripted)) as address:
        page.goto(address)
        element = page.locator("video-progress")
        expect(element).to_have_attribute("data-status", "running")
        scripted.stage("video")
        scripted.progress("video", 0.5, 0.42, "A secret of the script")
        expect(element.locator("[part=percent]")).to_have_text("42 %")
        expect(element.locator("[part=text]")).not_to_contain_text("secret")
        scripted.complete()
        expect(element).to_have_attribute("data-status", "completed")
        expect(element.locator("iframe")).to_have_attribute("src", f"{element.get_attribute('src')}/embed")


@pytest.mark.parametrize("browser_type", [Firefox, WebKitGtk], ids=["firefox", "webkitgtk"])
def test_element_works_in_other_browsers(browser_type: type[OtherBrowser], server: Server, store: Store, scripted: ScriptedTask) -> None:
    if not all(map(shutil.which, browser_type.programs)):
        pytest.skip(f"not here: {', '.join(browser_type.programs)}")
    with other_site(page_of(server, store, scripted)) as address, browser_type() as browser:
        browser.open(address)
        browser.until(SHOWN, lambda shown: shown[0] == "running" and shown[3], PATIENCE_MS / 1000)
        scripted.stage("video")
        scripted.progress("video", 0.5, 0.42, "Half")
        browser.until(SHOWN, lambda shown: shown[1] == "42 %", PATIENCE_MS / 1000)
        scripted.complete()
        browser.until(SHOWN, lambda shown: shown[0] == "completed", PATIENCE_MS / 1000)
