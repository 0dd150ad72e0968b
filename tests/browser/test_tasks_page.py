"""/tasks is live: rows come, move and go by themselves."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from models import task
from models.database import Store
from tests.browser.test_task_page import SubmitTask


def test_list_is_live(page: Page, submit_task: SubmitTask, store: Store) -> None:
    page.goto("/tasks")
    expect(page.locator(".pi-connection")).to_have_text("Live")
    scripted = submit_task("Brand new")
    row = page.locator(f".task-row[data-id='{scripted.id}']")
    expect(row).to_contain_text("Brand new")
    expect(row).to_contain_text("Next in line")
    scripted.start()
    scripted.progress("video", 0.5, 0.5, "Drawing the scenes", remaining_s=20)
    expect(row.locator(".task-text")).to_contain_text("50 % · Drawing the scenes")
    assert row.locator("progress").evaluate("bar => bar.value") == 0.5
    scripted.complete()
    expect(row.locator(".badge")).to_have_text("Done")
    expect(row.locator(".task-text")).to_contain_text("Rendered in")
    expect(row.locator("img")).to_be_visible()
    task.delete(store, scripted.id)
    expect(row).to_have_count(0)


def test_rows_can_be_filtered_by_state(page: Page, submit_task: SubmitTask, store: Store) -> None:
    waiting, cancelled = submit_task("Patient"), submit_task("Given up")
    task.cancel(store, cancelled.id)
    page.goto("/tasks")
    page.get_by_role("link", name="Cancelled").click()
    expect(page.locator(".task-title", has_text="Given up")).to_be_visible()
    expect(page.locator(".task-title", has_text="Patient")).to_have_count(0)
    page.goto("/tasks?status=failed")
    expect(page.locator(".task-row", has_text=waiting.task.title)).to_have_count(0)


def test_library_is_searched_as_one_types(page: Page, submit_task: SubmitTask, store: Store) -> None:
    submit_task("Why the sky is blue", "# Why the sky is blue\n\nLight is scattered by the air.\n")
    submit_task("Bread", "# Bread\n\nFlour and <b>salt</b>.\n")
    page.goto("/tasks")
    page.keyboard.press("/")
    page.keyboard.type("scatt")
    rows = page.locator(".task-row")
    expect(rows).to_have_count(1)
    expect(rows.locator(".task-title")).to_have_text(["Why the sky is blue"])
    expect(rows.locator("mark")).to_have_text(["scattered"])
    later = submit_task("More of it", "# More of it\n\nScattered again.\n")
    expect(rows).to_have_count(2)
    task.delete(store, later.id)
    expect(rows).to_have_count(1)
    page.reload()
    expect(page.get_by_role("searchbox")).to_have_value("scatt")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("salt")
    expect(rows.locator(".task-title")).to_have_text(["Bread"])
    expect(rows.locator(".task-excerpt")).to_contain_text(["<b>salt</b>"])
    page.get_by_role("link", name="Failed").click()
    expect(page.locator(".empty")).to_contain_text("No video that is “Failed” has “salt” in its title or script.")
    page.go_back()
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox").fill("nothing of the kind")
    expect(rows).to_have_count(0)
    page.get_by_role("link", name="Show all videos").click()
    expect(page.locator(".task-title", has_text="Bread")).to_be_visible()


def test_search_shows_no_other_tasks_while_it_connects(page: Page, submit_task: SubmitTask) -> None:
    submit_task("Why the sky is blue", "# Why the sky is blue\n\nLight is scattered by the air.\n")
    submit_task("Bread", "# Bread\n\nFlour and salt.\n")
    page.add_init_script("""
        window.most = 0;
        new MutationObserver(() => {
            window.most = Math.max(window.most, document.querySelectorAll(".task-row").length);
        }).observe(document, { childList: true, subtree: true });
    """)
    with page.expect_response("**/api/tasks?*"):
        page.goto("/tasks?q=scatt")
    assert page.evaluate("window.most") == 1


def test_what_is_typed_before_the_page_listens_is_searched(page: Page, submit_task: SubmitTask) -> None:
    submit_task("Why the sky is blue", "# Why the sky is blue\n\nLight is scattered by the air.\n")
    submit_task("Bread", "# Bread\n\nFlour and salt.\n")
    page.route("**/tasks-page.js", lambda route: (page.get_by_role("searchbox").fill("salt"), route.continue_()))
    page.goto("/tasks")
    expect(page.locator(".task-title")).to_have_text(["Bread"])


def test_filtered_list_takes_and_gives_rows_as_they_change(page: Page, submit_task: SubmitTask, store: Store) -> None:
    scripted = submit_task("Comes and goes")
    page.goto("/tasks?status=cancelled")
    expect(page.locator(".pi-connection")).to_have_text("Live")
    row = page.locator(f".task-row[data-id='{scripted.id}']")
    expect(row).to_have_count(0)
    task.cancel(store, scripted.id)
    expect(row).to_have_count(1)
    task.retry(store, scripted.id)
    expect(row).to_have_count(0)


def test_status_page_names_what_needs_a_person(page: Page, submit_task: SubmitTask) -> None:
    submit_task().close()
    page.goto("/status")
    expect(page.locator(".problem")).to_contain_text("No worker is running.")
    expect(page.get_by_role("heading", name="Versions")).to_be_visible()
