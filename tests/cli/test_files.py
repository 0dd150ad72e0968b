"""`app.py files` and what `doctor` says of a bucket."""

from __future__ import annotations

import json

from models.database import Store
from tests.cli.conftest import Run
from tests.support.s3_server import SECRET
from tests.support.task_store import TaskStore
from videogen.cli.checks import storage
from videogen.config import Settings
from videogen.files.s3 import S3Files


def test_copy_says_what_it_copied_what_was_there_and_what_is_missing(run: Run, task_store: TaskStore, bucket: str) -> None:
    task_store.completed_task()
    target = f"s3://{bucket}/moved"
    first = run("files", "copy", "--to", target)
    assert (first.exit_code, first.stdout) == (0, "Copied 1 file, 4 bytes; there already: 0.\n")
    again = json.loads(run("files", "copy", "--to", target, "--json").stdout)
    assert (again["files"], again["present"], again["missing"]) == (0, 1, [])
    S3Files(target, task_store.data).delete([stored.key for stored in S3Files(target, task_store.data).list("tasks/")])
    back = run("files", "copy", "--from", target, "--to", f"s3://{bucket}/elsewhere")
    assert back.exit_code == 1
    assert back.stderr.startswith("Missing: tasks/")


def test_copy_to_what_is_no_address_is_refused(run: Run, store: Store) -> None:
    result = run("files", "copy", "--to", "ftp://somewhere")
    assert result.exit_code == 1
    assert "is no address of files" in result.stderr


def test_adopt_is_for_buckets(run: Run, store: Store) -> None:
    result = run("files", "adopt")
    assert result.exit_code == 2
    assert "there is nothing to adopt" in result.stderr


def test_doctor_writes_reads_lists_and_removes_a_file_in_the_bucket(store: Store, bucket: str) -> None:
    settings = Settings(data=store.data, files_url=f"s3://{bucket}/here")
    (check,) = storage.checks(settings)
    assert (check.verdict, check.seen) == ("good", f"s3://{bucket}/here can be written, read and cleaned")
    assert list(S3Files(settings.files_url, store.data).list("check/")) == []
    assert list(storage.checks(Settings(data=store.data))) == []


def test_doctor_says_what_is_wrong_with_a_bucket_and_no_secret(store: Store, bucket: str) -> None:
    (check,) = storage.checks(Settings(data=store.data, files_url="s3://nobodys-bucket/here"))
    assert (check.verdict, check.seen) == ("bad", "There is no bucket nobodys-bucket.")
    assert SECRET not in check.seen + check.hint
