"""The dialogs of the page that writes: by keyboard alone, on a desk and on a phone, in light and in dark."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.axe import accessibility_faults
from tests.browser.conftest import Server

FITS = """document.documentElement.scrollWidth <= innerWidth
&& [...document.querySelectorAll("dialog[open]")].every((one) => one.scrollWidth <= one.clientWidth + 1)"""
OPENERS = ("insert", "many", "languages", "versions")


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 800, "light"), (360, 740, "dark")])
def test_each_dialog_takes_the_focus_and_gives_it_back(
    browser: Browser, server: Server, width: int, height: int, scheme: Literal["light", "dark"]
) -> None:
    with browser.new_context(base_url=server.url, viewport={"width": width, "height": height}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto("/?new")
        page.get_by_role("textbox", name="Script", exact=True).fill("# Cups\n\nA cup.\n")
        expect(page.locator('[data-part="versions"]')).to_be_visible()
        for part in OPENERS:
            opener = page.locator(f'[data-part="{part}"]')
            opener.press("Enter")
            dialog = page.locator("dialog[open]")
            expect(dialog).to_be_visible()
            expect(dialog.locator(":focus")).to_have_count(1)
            assert (accessibility_faults(page), page.evaluate(FITS)) == ([], True), part
            page.keyboard.press("Escape")
            expect(dialog).to_have_count(0)
            expect(opener).to_be_focused()
