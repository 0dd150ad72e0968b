"""Many videos from a table: shown before they are made, and on the page of their set."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import accessibility_faults


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "customers.csv"
    path.write_text("name,city\nAnna,Berlin\nBo,Oslo\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1280, 390])
def test_table_becomes_a_set_that_is_followed_and_cancelled(page: Page, table: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.wait_for_function("document.querySelector('.mirror')")
    page.locator("textarea[name=script]").fill("# For {{name}}\n\nIn {{city}}.")
    page.get_by_role("button", name="Many").click()
    dialog = page.get_by_role("dialog", name="Many videos from a list")
    dialog.get_by_label("Values").fill("name\nAnna")
    expect(dialog.locator(".problem-message")).to_have_text("There is no column for {{city}}.")
    assert accessibility_faults(page) == []
    dialog.locator("input[type=file]").set_input_files(table)
    expect(dialog.locator("tbody tr")).to_have_text(["1For AnnaAnnaBerlin", "2For BoBoOslo"])
    expect(dialog.get_by_label("Name of the set")).to_have_value("customers")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    dialog.get_by_role("button", name="Make 2 videos").press("Enter")
    expect(page.get_by_role("heading", name="customers")).to_be_visible()
    expect(page.locator(".task-title")).to_have_text(["For Anna", "For Bo"])
    expect(page.locator("[data-part=counts]")).to_have_text("0 of 2 videos ready, 2 waiting")
    assert accessibility_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Cancel all").press("Enter")
    expect(page.locator("[data-part=counts]")).to_have_text("0 of 2 videos ready, 2 cancelled")
    page.get_by_role("button", name="Retry failed").press("Enter")
    expect(page.locator("[data-part=counts]")).to_have_text("0 of 2 videos ready, 2 waiting")
    page.get_by_role("button", name="Cancel all").press("Enter")
    expect(page.locator(".facts .badge")).to_have_text("Cancelled")
