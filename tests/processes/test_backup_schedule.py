from __future__ import annotations

import stat
from pathlib import Path

import pytest

from models import task
from models.database import Store
from models.sqlite.restore import restore
from videogen.config import Settings
from videogen.processes.backup_schedule import HOUR_S, BackupSchedule, age_s, backups, run_if_due

NOW = 1_795_988_612.0


@pytest.fixture
def settings(store: Store, tmp_path: Path) -> Settings:
    return Settings(data=store.data, backup_dir=tmp_path / "backups", backup_every_hours=24, backup_keep=3)


def test_a_backup_is_made_when_the_newest_is_old_enough_and_only_so_many_stay(store: Store, settings: Settings, tmp_path: Path) -> None:
    directory = tmp_path / "backups"
    other = directory / "videogen-mine"
    other.mkdir(parents=True)
    made = [run_if_due(store, settings, NOW + hours * HOUR_S) for hours in range(0, 24 * 5, 12)]
    assert [path is not None for path in made] == [True, False] * 5
    assert backups(directory) == [path for path in made if path][-3:]
    assert other.exists()
    assert age_s(directory, NOW + 24 * 4 * HOUR_S + 60) == 60


def test_a_scheduled_backup_restores_and_has_the_secret_of_the_webhook(store: Store, settings: Settings, tmp_path: Path) -> None:
    made = task.submit(store, source="# Hello", format="markdown")
    (settings.data / "webhook-secret").write_text("whsec_x")
    backup = run_if_due(store, settings, NOW)
    assert backup is not None
    assert (backup / "webhook-secret").read_text() == "whsec_x"
    restore(tmp_path / "again", backup, in_use=False)
    secret = tmp_path / "again" / "webhook-secret"
    assert (secret.read_text(), stat.S_IMODE(secret.stat().st_mode)) == ("whsec_x", 0o600)
    secret.write_text("whsec_newer")
    restore(tmp_path / "again", backup, in_use=False)
    assert secret.read_text() == "whsec_newer", "a secret that was replaced came back"
    again = Store(tmp_path / "again")
    assert task.get(again, made.id).title == made.title
    again.close()


def test_a_backup_dated_in_the_future_does_not_stop_the_schedule(store: Store, settings: Settings) -> None:
    run_if_due(store, settings, NOW + 10 * HOUR_S)
    assert run_if_due(store, settings, NOW) is not None


def test_without_a_directory_nothing_is_made(store: Store) -> None:
    settings = Settings(data=store.data)
    assert run_if_due(store, settings, NOW) is None
    with BackupSchedule(store, settings):
        pass


def test_a_directory_that_cannot_be_written_is_logged_and_tried_again(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").touch()
    schedule = BackupSchedule(store, Settings(data=store.data, backup_dir=tmp_path / "file" / "below"))
    schedule._stop.wait = lambda _: schedule._stop.set()  # type: ignore[assignment,misc]
    schedule._run()
    assert "no backup was made" in caplog.text


def test_a_missing_directory_has_no_backups(tmp_path: Path) -> None:
    assert backups(tmp_path / "missing") == []
    assert age_s(tmp_path / "missing", NOW) is None
