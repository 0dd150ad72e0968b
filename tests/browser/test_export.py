"""The page of an export: chosen on the video's page, followed like a video, and saved when it is there."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from models import attempt
from models.attempt import Fact
from models.database import Store
from models.event import EventType
from tests.browser.axe import accessibility_faults
from tests.support.completed_video import completed_video, write_video
from tests.support.task_moves import Moves, published, written


def test_export_is_chosen_followed_and_saved(page: Page, store: Store, tmp_path: Path) -> None:
    video = completed_video(store, write_video(tmp_path / "video.mp4"))
    page.goto(f"/tasks/{video}")
    page.get_by_text("Export", exact=True).first.click()
    page.get_by_label("Format").select_option("gif")
    page.get_by_label("Height").select_option("240")
    page.get_by_role("button", name="Export").click()
    expect(page.locator("h1")).to_have_text("Short (GIF, 240p)")
    expect(page.get_by_role("link", name=video)).to_have_attribute("href", f"/tasks/{video}")
    expect(page.locator("[data-part=edit]")).to_be_hidden()
    expect(page.locator(".pi-stage-label")).to_have_text(["Converting", "Checking"])

    by = Moves(store)
    claimed = by.claim()
    assert (claimed.kind, claimed.payload) == ("export", {"task": video, "format": "gif", "height": 240})
    attempt.report(store, claimed.lease, [Fact(EventType.STAGE_STARTED, stage="convert", message="Converting", stage_progress=0.0)])
    expect(page.locator("[data-part=badge]")).to_have_text("Exporting")
    file = written(store.data / "work" / "video.gif", b"GIF89a", kind="export", name="video.gif")
    attempt.report(store, claimed.lease, published(file))
    attempt.complete(store, claimed.lease)
    expect(page.locator(".pi-now")).to_have_text("Your export is ready")
    expect(page.locator("[data-other] a")).to_have_text(["Export"])
    expect(page.locator("[data-part=player]")).to_be_hidden()
    with page.expect_download() as saved:
        page.locator("[data-other] a").click()
    assert saved.value.suggested_filename == "Short-GIF-240p.gif"
    assert accessibility_faults(page) == []

    page.goto("/tasks")
    expect(page.locator(f"[data-id='{claimed.id}'] [data-part=text]")).to_contain_text("Export · Took")
    page.get_by_role("navigation", name="Kind").get_by_role("link", name="Export").click()
    expect(page.locator("[data-part=list] > li")).to_have_count(1)
    expect(page.locator(".filters [aria-current]")).to_have_text(["All", "Export"])
    assert page.url.endswith("/tasks?kind=export")
    page.reload()
    expect(page.locator(".filters [aria-current]")).to_have_text(["All", "Export"])
    assert accessibility_faults(page) == []
