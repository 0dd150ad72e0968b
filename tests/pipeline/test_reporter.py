from pathlib import Path
from typing import Any

from videogen.pipeline.reporter import PublishedFile, Reporter, StageWarning


def test_fraction_never_goes_back_and_never_over_one() -> None:
    reports: list[Any] = []
    report = Reporter("audio", reports.append)
    for fraction in (0.2, 0.1, None, 0.5, 1.5):
        report(fraction)
    assert [one.stage_progress for one in reports] == [0.2, 0.2, 0.2, 0.5, 1.0]


def test_counts_of_the_stage_are_in_its_last_report() -> None:
    reports: list[Any] = []
    report = Reporter("audio", reports.append)
    report.made += 2
    report.reused += 1
    report.completed()
    assert (reports[-1].type, reports[-1].data) == ("stage.completed", {"made": 2, "reused": 1})


def test_file_is_described_by_its_place_below_the_work_directory(tmp_path: Path) -> None:
    reports: list[Any] = []
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "a.txt").write_bytes(b"abc")
    Reporter("output", reports.append, tmp_path).artifact(PublishedFile("transcript", tmp_path / "out" / "a.txt", "text/plain"))
    assert reports[-1].data == {
        "kind": "transcript",
        "file": "out/a.txt",
        "media_type": "text/plain",
        "bytes": 3,
        "sha256": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    }


def test_warning_names_its_line_if_it_has_one() -> None:
    reports: list[Any] = []
    report = Reporter("parsing", reports.append)
    report.warn(StageWarning("a", "b", "c", 7))
    report.warn(StageWarning("a", "b"))
    assert [one.data for one in reports] == [
        {"code": "a", "message": "b", "hint": "c", "line": 7},
        {"code": "a", "message": "b", "hint": ""},
    ]
