"""What a person sees on /tasks/<id> while a video is made: told step by step by the test, on a real server."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from models import attempt, task
from models.database import Store
from models.errors import Diagnostic, MissingFile
from models.event import EventType
from tests.browser.axe import accessibility_faults
from tests.support.scripted_task import ScriptedTask
from videogen.errors.rendering import RendererLost

SubmitTask = Callable[..., ScriptedTask]


def log_ids(page: Page) -> list[str]:
    return page.locator("#log [data-part=list] > li").evaluate_all("rows => rows.map(row => row.dataset.id)")


def expect_whole_log(page: Page, scripted: ScriptedTask) -> None:
    """Every event of the task once, in order."""
    expect(page.locator("#log [data-part=list] > li")).to_have_count(len(scripted.ids()))
    assert log_ids(page) == scripted.ids()


def test_title_and_captions_are_marked_with_the_language_that_was_found_out(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task("Der Himmel").start()
    page.goto(scripted.path)
    assert page.locator("h1").get_attribute("lang") is None
    scripted.parsed("de")
    expect(page.locator("h1")).to_have_attribute("lang", "de")
    scripted.complete()
    expect(page.locator("track")).to_have_attribute("srclang", "de")
    page.reload()
    expect(page.locator("h1")).to_have_attribute("lang", "de")
    expect(page.locator("track")).to_have_attribute("srclang", "de")


def test_page_follows_a_task_from_queue_to_video(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task("Sky & <sea>")
    page.goto(scripted.path)
    expect(page.locator("h1")).to_have_text("Sky & <sea>")
    expect(page.locator(".pi-now")).to_have_text("Next in line")
    expect(page.locator(".pi-connection")).to_have_text(re.compile("Live"))

    scripted.start()
    scripted.stage("input")
    scripted.progress("input", 0.5, 0.01, "Reading the script")
    expect(page.locator(".pi-now")).to_have_text("Reading the script")
    expect(page.locator("[data-part=badge]")).to_have_text("Rendering")
    scripted.stage_done("input")
    scripted.stage("video")
    scripted.progress("video", 0.25, 0.42, "Drawing the scenes", done=1, of=4, remaining_s=50)
    expect(page.locator(".pi-percent")).to_have_text("42 %")
    expect(page.locator(".pi-times")).to_contain_text(re.compile(r"about \d+ s left"))
    expect(page.locator(".pi-times")).to_contain_text("elapsed")
    expect(page.locator("[data-stage=input]")).to_have_attribute("data-status", "completed")
    expect(page.locator("[data-stage=video] .pi-stage-note")).to_have_text("25 %")
    expect(page).to_have_title(re.compile(r"^42 % Sky & <sea>"))

    scripted.scene(2, 4, "The second")
    scripted.scene(1, 4, "The first")
    expect(page.locator("#filmstrip .frame-name")).to_have_text(["The first", "The second"])
    assert page.locator("#filmstrip img").first.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64

    scripted.report(EventType.TASK_WARNING, data={"code": "remote_picture", "message": "A picture was left out.", "hint": "Upload it."})
    expect(page.locator("[data-part=warning-list] li")).to_have_text(["A picture was left out. Upload it."])

    scripted.complete()
    expect(page.locator(".pi-now")).to_have_text("Your video is ready")
    expect(page.locator(".pi-connection")).to_have_text("Ended")
    expect(page.locator("[data-part=downloads] li:visible a")).to_have_text(["Video", "Captions", "Thumbnail", "Metadata"])
    expect(page).to_have_title(re.compile("✓"))
    expect(page.locator("video[poster] track[kind=captions]")).to_have_count(1)
    expect_whole_log(page, scripted)


def test_the_video_plays_with_its_captions(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.complete()
    page.goto(scripted.path)
    video = page.locator("video")
    assert video.evaluate("video => video.play().then(() => video.duration)") == 3
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.2")
    assert video.evaluate("video => (video.textTracks[0].mode = 'showing', video.textTracks[0].kind)") == "captions"
    page.wait_for_function("() => document.querySelector('video').textTracks[0].cues?.length === 1")


def test_reload_in_the_middle_shows_the_same_state_and_the_rest_of_the_events(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.stage("video")
    for step in range(1, 180):  # more than the page is first drawn with
        scripted.progress("video", step / 200, step / 400, "Drawing the scenes", done=step, of=200)
    scripted.scene(1, 2, "The first")
    page.goto(scripted.path)
    expect_whole_log(page, scripted)
    expect(page.locator(".pi-connection")).to_have_text("Live")
    before = page.locator("progress-indicator").inner_text()
    page.reload()
    expect_whole_log(page, scripted)
    expect(page.locator(".pi-connection")).to_have_text("Live")
    expect(page.locator("#filmstrip .frame-name")).to_have_text(["The first"])
    assert re.sub(r"\d+:\d+", "", page.locator("progress-indicator").inner_text()) == re.sub(r"\d+:\d+", "", before)
    scripted.scene(2, 2, "The second")
    expect(page.locator("#filmstrip .frame-name")).to_have_text(["The first", "The second"])
    scripted.complete()
    expect_whole_log(page, scripted)


def test_reload_at_every_stage_shows_what_was_shown(page: Page, submit_task: SubmitTask) -> None:
    scripted, stages = submit_task(), ("input", "parsing", "narration", "audio", "video", "output")
    page.goto(scripted.path)
    steps: tuple[Callable[[], object], ...] = (
        lambda: None,
        scripted.start,
        *(lambda name=name: scripted.stage(name) for name in stages),
        lambda: scripted.scene(1, 1, "The first"),
        lambda: [scripted.stage_done(name) for name in stages],
        scripted.complete,
    )
    for step in steps:
        step()
        expect_whole_log(page, scripted)
        before = state_of(page)
        page.reload()
        expect_whole_log(page, scripted)
        assert state_of(page) == before


def wait_until_drawn(page: Page) -> None:
    """What is put off to the next frame is there."""
    page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")


def state_of(page: Page) -> list[str]:
    """What the page says of the task, but for the times."""
    expect(page.locator(".pi-connection")).to_have_text(re.compile("Live|Ended"))
    wait_until_drawn(page)
    stages = page.locator(".pi-stages li").evaluate_all("stages => stages.map(each => each.dataset.stage + each.dataset.status)")
    return [*page.locator(".pi-now, .pi-percent, [data-part=badge], .frame-name").all_inner_texts(), *stages]


def test_log_keeps_each_event_once_and_in_order_however_it_is_told(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.goto(scripted.path)
    expect_whole_log(page, scripted)
    page.evaluate(
        """ids => import('/static/js/event-log.js').then(({EventLog}) => {
             const log = new EventLog(document.getElementById('log'), []);
             const [epoch] = ids[0].split('-');
             for (const id of [...ids, `${epoch}-1000010`, `${epoch}-1000009`, `${epoch}-1000010`, ...ids])
               log.add(id, {type: 'stage.progress', stage: 'audio', message: 'Speaking', attempt: 1, at: '2026-01-01T00:00:00Z', data: {}});
           })""",
        scripted.ids(),
    )
    assert [id.rpartition("-")[2] for id in log_ids(page)[len(scripted.ids()) :]] == ["1000009", "1000010"]
    assert log_ids(page)[: len(scripted.ids())] == scripted.ids()
    expect(page.locator("#log li[data-id$='-1000010']")).to_be_hidden()
    page.get_by_label("Every step").check()
    expect(page.locator("#log li[data-id$='-1000010']")).to_be_visible()


def test_waiting_task_says_what_it_waits_for(page: Page, submit_task: SubmitTask, store: Store) -> None:
    first, second = submit_task("First"), submit_task("Second")
    page.goto(second.path)
    expect(page.locator(".pi-now")).to_have_text("2nd in line")
    first.close()
    second.close()
    expect(page.locator(".pi-now")).to_have_text("No worker is running: start one with app.py worker")
    task.cancel(store, first.id)
    page.reload()
    expect(page.locator(".pi-now")).to_have_text("No worker is running: start one with app.py worker")


def test_failure_says_what_happened_and_what_to_do_and_where(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task(source="# A\n\nCat\n").start()
    page.goto(scripted.path)
    scripted.stage("video")
    scripted.fail(MissingFile("There is no picture cat.png.", diagnostics=[Diagnostic("cat.png", line=3)]))
    for _ in ("live", "after a reload"):
        expect(page.locator(".pi-now")).to_have_text("There is no picture cat.png.")
        expect(page.locator(".pi-error")).to_contain_text("Upload the file with the script")
        expect(page.locator("[data-stage=video]")).to_have_attribute("data-status", "failed")
        expect(page.get_by_role("button", name="Try again")).to_be_visible()
        page.reload()
    page.get_by_role("link", name="Edit line 3").click()
    expect(page.locator("textarea")).to_have_value(scripted.task.source)
    expect(page.locator("textarea")).to_be_focused()
    assert page.evaluate("document.querySelector('textarea').selectionStart") == len("# A\n\n")


def test_cancel_and_retry_without_leaving_the_page(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    page.goto(scripted.path)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Cancelled")
    expect(page.locator(".pi-connection")).to_have_text("Ended")
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("[data-part=badge]")).to_have_text("Queued")
    scripted.start()
    scripted.progress("input", 0.5, 0.01, "Reading again")
    expect(page.locator(".pi-now")).to_have_text("Reading again")
    assert page.evaluate("window.stayed")
    expect_whole_log(page, scripted)


def test_scene_plays_as_soon_as_it_is_there_and_then_the_next_one(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.stage("video")
    scripted.scene(1, 3, "The first")
    page.goto(scripted.path)
    expect(page.locator(".player")).to_be_hidden()
    scripted.scene(2, 3, "The second")
    page.locator(".frame a").first.click()
    video = page.locator(".player video")
    expect(page.locator("[data-part=playing]")).to_have_text("Scene 1: The first")
    expect(page.locator(".frame").first).to_have_attribute("aria-current", "true")
    video.evaluate("video => (video.playbackRate = 8)")
    expect(page.locator("[data-part=playing]")).to_have_text("Scene 2: The second")
    scripted.complete()
    video.evaluate("video => (video.playbackRate = 8)")
    expect(video).to_have_attribute("src", re.compile("/video$"))


def test_video_has_chapters_a_speed_that_is_kept_and_scenes_to_jump_to(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.scene(1, 2, "The first")
    scripted.scene(2, 2, "The second")
    scripted.complete()
    page.goto(scripted.path)
    page.locator("video").evaluate("video => (video.playbackRate = 0.0625)")  # so that what is looked for stays for a while
    end = page.get_by_role("button", name="0:01 End")
    end.click()
    expect(end).to_have_attribute("aria-current", "true")
    expect(page.locator(".frame").nth(1)).to_have_attribute("aria-current", "true")
    page.locator(".frame a").first.click()
    expect(page.get_by_role("button", name="0:00 Beginning")).to_have_attribute("aria-current", "true")
    page.get_by_label("Speed").select_option("1.5")
    page.reload()
    expect(page.get_by_label("Speed")).to_have_value("1.5")
    assert page.locator("video").evaluate("video => video.playbackRate") == 1.5


def test_log_is_filtered_copied_and_followed_again(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    for step in range(60):
        scripted.progress("video", step / 60, step / 60, f"Drawing {step}")
    page.goto(scripted.path)
    box, newest = page.locator(".log-box"), page.get_by_role("button", name="Newest")
    page.wait_for_function("box => box.scrollTop > 0", arg=box.element_handle())
    wait_until_drawn(page)
    box.evaluate("box => (box.scrollTop = 0)")
    newest.click()
    expect(newest).to_be_hidden()
    page.evaluate("box => box.append(...Array.from({length: 60}, () => document.createElement('hr')))", box.element_handle())
    box.dispatch_event("scroll")  # of a moment ago: more has come since
    expect(newest).to_be_hidden()
    page.evaluate("box => box.querySelectorAll('hr').forEach(each => each.remove())", box.element_handle())
    page.wait_for_function("box => box.scrollHeight - box.scrollTop - box.clientHeight < 40", arg=box.element_handle())
    page.get_by_label("Filter the log").fill("DRAWING 59")
    expect(page.locator("#log [data-part=list] > li:visible")).to_have_count(1)
    scripted.progress("video", 1, 0.99, "Drawing 590")
    expect(page.locator("#log [data-part=list] > li:visible")).to_have_count(2)
    copy = page.locator("#log [data-part=copy]")
    copy.click()
    expect(copy).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()").splitlines()
    assert [line.split("\t")[1:] for line in copied] == [["Drawing", "Drawing 59"], ["Drawing", "Drawing 590"]]


def test_attempts_are_told_apart(page: Page, submit_task: SubmitTask, store: Store) -> None:
    scripted = submit_task().start()
    page.goto(scripted.path)
    scripted.progress("video", 0.5, 0.42, "Drawing")
    expect(page.locator("#attempts")).to_be_hidden()
    attempt.lose(store, scripted.lease, RendererLost("The worker's process ended."))
    with store.writing() as write:
        task.change(write, task.get(store, scripted.id), not_before=None)  # the wait before the next try is over
    scripted.start()
    for _ in ("live", "after a reload"):
        rows = page.locator("#attempts li")
        expect(rows).to_have_count(2)
        expect(rows.first).to_contain_text("lost after")
        expect(rows.first).to_contain_text("at 42 %")
        expect(rows.last).to_contain_text("in progress")
        page.reload()
    scripted.complete()
    expect(page.locator("#attempts li").last).to_contain_text("completed in")


def test_tab_shows_progress_and_a_person_who_is_elsewhere_is_told(page: Page, submit_task: SubmitTask) -> None:
    page.context.grant_permissions(["notifications"])
    page.add_init_script(
        """window.told = [];
           window.Notification = class { constructor(title, options) { told.push([title, options.body]); }
             static permission = "granted"; static requestPermission = async () => "granted"; };
           Object.defineProperty(document, "visibilityState", {get: () => window.away ? "hidden" : "visible"});"""
    )
    scripted = submit_task("Elsewhere").start()
    page.goto(scripted.path)
    scripted.progress("video", 0.5, 0.42, "Drawing")
    icon = page.locator("link[rel=icon]")
    expect(icon).to_have_attribute("href", "/icon/running-40.svg")
    assert page.evaluate("fetch('/icon/running-40.svg').then(answer => answer.headers.get('Content-Type'))").startswith("image/svg+xml")
    page.get_by_label("Notify me when it is done").check()
    page.evaluate("window.away = true")
    scripted.complete()
    expect(icon).to_have_attribute("href", "/icon/completed-0.svg")
    page.wait_for_function("() => told.length")
    assert page.evaluate("told") == [["Elsewhere", "Your video is ready"]]


def test_deletion_can_be_undone(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task("Precious").start()
    scripted.complete()
    page.goto(scripted.path)
    expect(page.locator(".pi-connection")).to_have_text("Ended")  # else it may still ask for a task that is gone
    page.get_by_role("button", name="Delete").click()
    expect(page.locator(".notice")).to_contain_text("“Precious” was deleted.")
    expect(page.locator(f".task-row[data-id='{scripted.id}']")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("h1")).to_have_text("Precious")
    expect(page.locator("[data-part=badge]")).to_have_text("Done")


@pytest.mark.parametrize("width", [1280, 390])
def test_page_of_a_deleted_task_says_so_and_offers_undo(page: Page, submit_task: SubmitTask, store: Store, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    scripted = submit_task("Precious <b>").start()
    scripted.complete()
    page.goto(scripted.path)
    expect(page.locator(".pi-connection")).to_have_text("Ended")
    expect(page.locator("[data-part=chapter-list] li")).to_have_count(2)
    task.delete(store, scripted.id)  # elsewhere
    expect(page.get_by_text("This video was deleted.")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Delete")).to_be_hidden()
    expect(page.get_by_role("link", name="Edit and make again")).to_be_hidden()
    task.undelete(store, scripted.id)
    expect(page.get_by_text("This video was deleted.")).to_be_hidden()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
    task.delete(store, scripted.id)
    press_undo(page)
    expect(page.locator("[data-part=badge]")).to_have_text("Done")

    expect(page.locator(".pi-connection")).to_have_text("Ended")
    expect(page.locator("[data-part=chapter-list] li")).to_have_count(2)

    page = page.context.new_page()  # Chromium's console complains of a 410 whatever the page says
    page.route("**/static/js/task-page.js", lambda route: (task.delete(store, scripted.id), route.continue_()))
    page.goto(scripted.path)  # deleted while the page is loading
    expect(page.get_by_text("This video was deleted.")).to_be_visible()
    page.unroute_all()
    answer = page.goto(scripted.path)
    assert answer is not None
    assert answer.status == 410
    expect(page.locator("h1")).to_have_text("This video was deleted")
    expect(page.get_by_text("“Precious <b>”")).to_be_visible()
    expect(page.get_by_role("button", name="Undo")).to_be_in_viewport()
    assert accessibility_faults(page) == []
    press_undo(page)
    expect(page.locator("h1")).to_have_text("Precious <b>")
    expect(page.locator("[data-part=badge]")).to_have_text("Done")


def press_undo(page: Page) -> None:
    """Reach Undo with the Tab key, and press it."""
    undo = page.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.locator("h1").evaluate("heading => { heading.tabIndex = -1; heading.focus(); }")
    for _ in range(12):
        page.keyboard.press("Tab")
        if undo.evaluate("button => button === document.activeElement && button.matches(':focus-visible')"):
            break
    expect(undo).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_look_inside_gives_lines_to_copy(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(scripted.path)
    page.get_by_text("Inspect").click()
    page.locator(".inspect").get_by_role("button").first.click()
    expect(page.locator(".inspect").get_by_role("button").first).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(rf"sqlite3 -readonly \S+/videogen\.db \"select \* from task_timeline where task_id = '{scripted.id}'\"", copied)


def test_unknown_and_deleted_tasks_have_a_page_that_says_so(context: BrowserContext, submit_task: SubmitTask, store: Store) -> None:
    scripted, page = submit_task(), context.new_page()
    task.delete(store, scripted.id)
    for path, words in ((scripted.path, "This video was deleted"), ("/tasks/nothing", "There is no such task")):
        page.goto(path)
        expect(page.locator("h1")).to_have_text(words)


def test_stalled_task_says_so_and_the_next_event_clears_it(page: Page, submit_task: SubmitTask) -> None:
    scripted = submit_task().start()
    scripted.progress("video", 0.5, 0.5, "Drawing")
    page.goto(scripted.path)
    trouble = page.locator(".pi-trouble")
    expect(trouble).to_be_hidden()
    scripted.report(EventType.TASK_STALLED)
    for _ in ("live", "after a reload"):
        expect(trouble).to_contain_text("No progress for over a minute")
        page.reload()
    scripted.progress("video", 0.6, 0.6, "Going on")
    expect(trouble).to_be_hidden()
