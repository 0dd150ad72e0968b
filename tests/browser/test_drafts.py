"""A draft on the server: saved as one types, opened by two people at once, a conflict in which nothing is lost, and its versions."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from models import draft
from models.database import Store
from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server


def opened(browser: Browser, server: Server, address: str, width: int) -> Page:
    page = browser.new_context(base_url=server.url, viewport={"width": width, "height": 800}).new_page()
    page.goto(address)
    return page


def test_two_people_write_one_draft_and_lose_nothing(browser: Browser, server: Server, store: Store) -> None:
    one = opened(browser, server, "/", 1280)
    one.locator("textarea").fill("## Tea\n\nA leaf.")
    saved = one.locator("[data-part=saved]")
    expect(saved).to_have_attribute("href", re.compile("draft="))
    expect(saved).to_have_text("Saved")
    address = str(saved.get_attribute("href"))
    draft_id = address.rpartition("=")[2]

    two = opened(browser, server, address, 390)
    text = two.locator("textarea")
    expect(text).to_have_value("## Tea\n\nA leaf.")
    expect(two.locator("[data-part=presence]")).to_have_text("Somebody else edits this draft")
    expect(one.locator("[data-part=presence]")).to_have_text("Somebody else has this draft open")
    one.locator("textarea").fill("## Tea\n\nA leaf, dried.")
    expect(text).to_have_value("## Tea\n\nA leaf, dried.")  # who only looks is shown what is saved

    # Both write before either has heard of the other.
    with store.reading() as read:
        known = draft.find(read, draft_id)
    two.route("**/presence", lambda route: route.abort())
    draft.save(store, draft_id, draft.DraftContent("## Tea\n\nTheirs.", "Tea", options=known.content.options), known.revision)
    text.fill("## Tea\n\nMine.")
    expect(two.locator("[data-part=conflict]")).to_be_visible()
    assert accessibility_faults(two) == []
    two.get_by_role("button", name="Keep mine").press("Enter")
    expect(two.locator("[data-part=saved]")).to_have_text("Saved")
    with store.reading() as read:
        assert draft.find(read, draft_id).content.script == "## Tea\n\nMine."
        assert draft.version(read, draft_id, 1).content.script == "## Tea\n\nTheirs."

    two.get_by_role("button", name="Versions").press("Enter")
    dialog = two.get_by_role("dialog", name="Versions")
    expect(dialog).to_contain_text("replaced by somebody else")
    assert accessibility_faults(two) == []
    dialog.get_by_role("button", name="Restore version 1").press("Enter")
    expect(text).to_have_value("## Tea\n\nTheirs.")

    two.goto("/drafts")
    expect(two.locator(f'a[href="{address}"]')).to_have_text("Tea")  # other tests of this server have drafts, too
    assert accessibility_faults(two) == []
    for page in (one, two):
        page.context.close()
