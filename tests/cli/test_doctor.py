"""doctor: each thing good, a warning or bad, with what to do; an exit code for scripts."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from models import worker
from models.database import Store
from models.files.blob_store import staged
from models.sqlite.driver import connect
from tests.cli.conftest import Run
from tests.support.scripted_task import ScriptedTask
from videogen.cli.checks import machine, renderers
from videogen.cli.checks import store as store_checks
from videogen.config import GIB, Settings


def test_everything_is_well_here(run: Run) -> None:
    result = run("doctor", "--json")
    answer = json.loads(result.stdout)
    names = {check["name"] for check in answer["checks"]}
    assert [check for check in answer["checks"] if check["verdict"] == "bad"] == []
    assert result.exit_code == 0
    assert answer["ok"]
    assert {
        "sqlite",
        "web process",
        "open files",
        "file system",
        "free space",
        "uploads",
        "integrity",
        "pragmas",
        "verify",
        "fonts",
        "encoder",
    } <= names
    assert {"voice hibari", "voice none"} <= names


def test_disagreement_is_bad_and_exits_with_one(run: Run, store: Store, submit_task: Callable[..., ScriptedTask]) -> None:
    submit_task()
    with closing(connect(store.path)) as connection:
        connection.execute("UPDATE tasks SET message = 'Fine'")
    result = run("doctor")
    assert result.exit_code == 1
    assert "✗ verify" in result.stdout
    assert "app.py verify lists them all" in result.stdout


def test_damaged_file_is_bad_and_the_other_checks_go_on(data: Path) -> None:
    path = data / "videogen.db"
    path.write_bytes(b"no database at all".ljust(8192, b"."))
    by_name = {check.name: check for check in store_checks.checks(Settings(data=data))}
    assert by_name["integrity"].verdict == "bad"
    assert by_name["store"].verdict == "bad"
    assert all(check.hint for check in by_name.values() if check.verdict == "bad")


def test_waiting_tasks_without_a_worker_are_warned_of(store: Store, submit_task: Callable[..., ScriptedTask], data: Path) -> None:
    with store.reading() as read:
        before = [process.id for process in worker.alive(read)]
    for worker_id in (*before, submit_task().worker_id):
        worker.unregister(store, worker_id)
    check = store_checks.workers(store, Settings(data=data))
    assert (check.verdict, check.hint) == ("warning", "Start one: app.py serve or app.py worker")


def test_no_store_yet_is_no_fault(tmp_path: Path) -> None:
    assert {check.verdict for check in store_checks.checks(Settings(data=tmp_path / "new"))} == {"good"}
    assert not (tmp_path / "new").exists()


def test_too_few_open_files_are_warned_of() -> None:
    assert machine.open_files(Settings(max_streams=10**9)).verdict == "warning"


def test_full_disk_is_bad(tmp_path: Path) -> None:
    check = machine.free_space(Settings(data=tmp_path, disk_free_min_bytes=10**18))
    assert check.verdict == "bad"
    assert "Free some space" in check.hint


def test_scarce_space_suggests_to_remove_old_videos_unless_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("videogen.files.disk_space.free_bytes", lambda _path: 3 * GIB)
    check = machine.free_space(Settings(data=tmp_path))
    assert check.verdict == "warning"
    assert "VIDEOGEN_RETENTION_DAYS" in check.hint
    assert machine.free_space(Settings(data=tmp_path, retention_days=30)).verdict == "good"


def test_uploads_near_their_quota_are_warned_of(tmp_path: Path) -> None:
    with staged(tmp_path, io.BytesIO(bytes(1000))) as file:
        file.keep()
    assert machine.uploads(Settings(data=tmp_path)).verdict == "good"
    assert machine.uploads(Settings(data=tmp_path, upload_quota_bytes=1100)).verdict == "warning"


def test_file_of_somebody_else_in_place_of_the_directory_is_bad(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert store_checks.writable(tmp_path / "file").verdict == "bad"


@pytest.mark.parametrize("directory", ["/proc", "/"])
def test_file_system_is_named(directory: str) -> None:
    assert machine.file_system(Path(directory)).seen.startswith(f"{directory} on ")


@pytest.mark.parametrize(("language", "verdict"), [("en", "good"), ("en-GB", "good"), ("de", "warning"), ("xq", "bad"), ("zz-ZZ", "bad")])
def test_default_language_is_one_that_the_default_voice_speaks(language: str, verdict: str) -> None:
    check = renderers.language(Settings(language=language, voice="hibari"))
    assert check.verdict == verdict
    assert language in check.seen
    assert verdict == "good" or check.hint
