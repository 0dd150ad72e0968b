"""A web process and a worker that share nothing but a database and a bucket, as on two machines: separate data directories."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path

import pytest

from models import attempt
from models.database import Store
from models.server import Server as DatabaseServer
from models.verify import verify
from tests.support.media_files import picture
from tests.support.paths import ROOT
from tests.support.postgres import Cluster
from tests.support.process_state import until
from tests.support.web_server import Server
from videogen.files.s3 import S3Files
from videogen.processes.process_group import ProcessGroup

pytestmark = [pytest.mark.integration, pytest.mark.slow]

APP = (sys.executable, str(ROOT / "app.py"))


def test_worker_with_two_addresses_alone_renders_what_another_host_took_and_shows(cluster: Cluster, bucket: str, tmp_path: Path) -> None:
    with cluster.database() as database:
        shared = {"database_url": database, "files_url": f"s3://{bucket}/shared"}
        here, there = tmp_path / "here", tmp_path / "there"
        for directory in (here, there):
            directory.mkdir()
        server = Server(here, **shared)
        named = {f"VIDEOGEN_{name.upper()}": value for name, value in shared.items()}
        worker = ProcessGroup([*APP, "worker"], env=os.environ | named | {"VIDEOGEN_DATA": str(there), "VIDEOGEN_VOICE": "none"})
        try:
            cat = picture()
            uploaded = server.client.post("/api/assets", files={"file": ("cat.png", io.BytesIO(cat), "image/png")}).json()["assets"][0]
            script = "# Cats\n\nA cat.\n\n## The cat\n\n![A cat](cat.png)\n"
            asked = {"script": script, "options": {"voice": "none", "height": 240}, "assets": {"cat.png": uploaded["id"]}}
            task_id = server.client.post("/api/tasks", json=asked).json()["id"]
            until(lambda: server.client.get(f"/api/tasks/{task_id}").json()["finished"], within_s=120)
            shown = server.client.get(f"/api/tasks/{task_id}").json()
            assert (shown["status"], shown["attempt"]) == ("completed", 1), shown
            whole = server.client.get(f"/api/tasks/{task_id}/video")
            assert (whole.status_code, whole.content[4:8]) == (200, b"ftyp")
            part = server.client.get(f"/api/tasks/{task_id}/video", headers={"Range": "bytes=4-7"})
            assert (part.status_code, part.content) == (206, b"ftyp")
            assert not any((there / name).exists() for name in ("videogen.db", "tasks"))
            shutil.copy2(here / "secret", there)
            other = Server(there, **shared)
            try:
                assert other.client.get(f"/api/tasks/{task_id}").json()["cursor"] == shown["cursor"]
                link = server.client.post(f"/api/tasks/{task_id}/shares", json={}).json()["url"]
                assert other.client.get(f"/s/{link.rpartition('/')[2]}/video").content == whole.content
            finally:
                other.close()
            store = Store(here, files=S3Files(shared["files_url"], here), server=DatabaseServer(database))
            assert verify(store, deep=True) == []
            assert attempt.release_dead(store) == 0  # a worker of another host is not this one's to judge
            store.close()
        finally:
            worker.close()
            server.close()
