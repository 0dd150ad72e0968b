"""Documents that LibreOffice converts, where it is installed."""

from pathlib import Path

import pytest

from tests.support.presentations import talk
from videogen.errors.script import BadDocument
from videogen.importers import office_process, office_program
from videogen.importers.document_request import DocumentRequest
from videogen.importers.documents import import_document

pytestmark = [
    pytest.mark.integration,
    pytest.mark.slow,
    pytest.mark.skipif(office_program.find_program() is None, reason="LibreOffice is not installed"),
]


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    directory = tmp_path / "pictures"
    directory.mkdir()
    return directory


def test_open_presentation_becomes_a_script_with_its_notes_and_its_table(tmp_path: Path, pictures: Path) -> None:
    path = office_program.convert(talk(tmp_path / "talk.pptx"), ".pptx", "odp", tmp_path)
    imported = import_document(DocumentRequest(path, "talk.odp", pictures))
    assert "# Bees in the city" in imported.script
    assert "Good morning. Let us talk about bees." in imported.script
    assert "| Year | Hives |" in imported.script
    assert "Not for today" not in imported.script


def test_slides_become_pictures_of_themselves(tmp_path: Path, pictures: Path) -> None:
    request = DocumentRequest(talk(tmp_path / "talk.pptx"), "talk.pptx", pictures, slides="pictures")
    imported = import_document(request)
    assert imported.script.count("![") == len(list(pictures.iterdir())) >= 4
    assert "Good morning. Let us talk about bees." in imported.script


def test_what_it_cannot_read_is_refused(tmp_path: Path, pictures: Path) -> None:
    path = tmp_path / "bad.odp"
    path.write_bytes(b"PK\x03\x04 and nothing more")
    with pytest.raises(BadDocument):
        import_document(DocumentRequest(path, "bad.odp", pictures))


def test_document_that_takes_too_much_of_the_processor_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_program, "MAX_CPU_S", 1)
    monkeypatch.setattr(office_process, "__file__", str(tmp_path / "busy.py"))
    (tmp_path / "busy.py").write_text("import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 2))\nwhile True:\n    pass\n")
    with pytest.raises(BadDocument, match="longer than 1 s"):
        office_program.convert(talk(tmp_path / "talk.pptx"), ".pptx", "pdf", tmp_path)


def test_waiting_for_a_conversion_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(office_program, "REPORT_INTERVAL_S", 0.05)
    reports: list[int] = []
    office_program.convert(talk(tmp_path / "talk.pptx"), ".pptx", "pdf", tmp_path, lambda: reports.append(1))
    assert reports
