"""One script in several languages over HTTP: the texts of a draft, and a set of videos."""

from __future__ import annotations

from typing import Any

from models import task
from models.database import Store
from tests.support.sqlite_shell import sqlite

SCRIPT = "# Tea\n\nA cup.\n\n## Water\n\nBoil it."


def test_texts_stay_with_the_draft_and_what_changed_in_one_is_marked_in_the_other(client: Any, store: Store) -> None:
    made = client.post("/api/drafts", json={"script": SCRIPT}).json
    address = f"/api/drafts/{made['id']}/languages"
    assert client.get(address).json == {"language": "en", "name": "English", "languages": []}
    added = client.put(f"{address}/german", json={"texts": ["# Tee\n\nEine Tasse."]}).json
    assert (added["language"], added["name"], [row["mark"] for row in added["sections"]]) == ("de", "German", ["", "missing"])
    assert added["script"] == "# Tee\n\nEine Tasse.\n\n## Water\n\nBoil it.\n"
    client.put(f"/api/drafts/{made['id']}", json={"script": SCRIPT.replace("A cup", "Two cups"), "revision": 1})
    (german,) = client.get(address).json["languages"]
    assert (german["marked"], [row["mark"] for row in german["sections"]]) == (2, ["text", "missing"])
    answered = client.put(f"{address}/de", json={"texts": ["# Tee\n\nZwei Tassen.", "## Wasser\n\nKoch es."]}).json
    assert (answered["marked"], client.get(address).json["languages"]) == (0, [answered])
    whole = client.put(f"{address}/de", json={"script": "# Tee\n\nDrei Tassen.\n\n## Wasser\n\nKoch es."}).json
    assert [row["mark"] for row in whole["sections"]] == ["base", ""]
    assert client.put(f"{address}/de", json={"confirmed": [0]}).json["marked"] == 0
    assert client.delete(f"{address}/de").json == {"language": "de", "removed": True}
    assert client.delete(f"{address}/de").status_code == 404


def test_language_of_a_draft_is_the_chosen_one_else_that_of_its_front_matter_else_detected(client: Any) -> None:
    french = "# Le thé\n\nVersez de l'eau bouillante sur les feuilles et laissez reposer pendant quelques minutes avant de servir."
    drafts = (
        ({"script": french}, "fr"),
        ({"script": f"---\nlang: pt\n---\n\n{french}"}, "pt"),
        ({"script": f"---\nlang: pt\n---\n\n{french}", "options": {"language": "nl"}}, "nl"),
        ({"script": "scenes: [", "format": "yaml"}, "en"),
    )
    for draft, language in drafts:
        made = client.post("/api/drafts", json=draft).json["id"]
        assert client.get(f"/api/drafts/{made}/languages").json["language"] == language, draft


def test_section_without_a_text_of_its_own_is_a_warning_with_its_place(client: Any) -> None:
    body = {"script": SCRIPT, "languages": {"de": "# Tee\n\nEine Tasse.\n\n## Water\n\nBoil it."}, "options": {"voice": "none"}}
    answer = client.post("/api/languages", json=body)
    assert (answer.status_code, [video["title"] for video in answer.json["videos"]]) == (201, ["Tea (English)", "Tee (German)"])
    assert answer.json["warnings"] == ["Section 2 (Water) is in German as in the script: there the video is in English."]
    refused = client.post("/api/languages", json=body | {"language": "de"})
    assert (refused.status_code, refused.json["faults"][0]["path"]) == (422, "languages.de")


def test_what_cannot_be_kept_is_refused(client: Any) -> None:
    made = client.post("/api/drafts", json={"script": SCRIPT}).json["id"]
    address = f"/api/drafts/{made}/languages"
    for language, body in (
        ("klingon-x-unknown-", {}),
        ("auto", {}),
        ("de", {"texts": [1]}),
        ("de", {"confirmed": ["a"]}),
        ("de", {"script": 1}),
    ):
        assert client.put(f"{address}/{language}", json=body).status_code == 400, (language, body)
    assert client.put(f"{address}/de", json={"script": "# One"}).status_code == 422
    assert client.get("/api/drafts/nothing/languages").status_code == 404


def test_languages_that_a_hand_has_damaged_are_empty(client: Any, store: Store) -> None:
    made = client.post("/api/drafts", json={"script": SCRIPT}).json["id"]
    client.put(f"/api/drafts/{made}/languages/de", json={"texts": ["# Tee"]})
    sqlite(store.path, """UPDATE draft_languages SET sections = '[{"base": 1}, 5]'""")
    (german,) = client.get(f"/api/drafts/{made}/languages").json["languages"]
    assert german["marked"] == 2


def test_each_language_is_a_video_of_a_set(client: Any, store: Store) -> None:
    german = "# Tee\n\nEine Tasse.\n\n## Wasser\n\nKoch es."
    body = {"script": SCRIPT, "language": "en", "languages": {"German": german}, "options": {"voice": "none"}}
    answer = client.post("/api/languages", json=body)
    assert (answer.status_code, [video["title"] for video in answer.json["videos"]]) == (201, ["Tea (English)", "Tee (German)"])
    rows = [task.get(store, video["id"]) for video in answer.json["videos"]]
    assert [(row.source, row.options) for row in rows] == [
        (SCRIPT, {"voice": "none", "language": "en"}),
        (german, {"voice": "none", "language": "de"}),
    ]
    refused = client.post("/api/languages", json=body | {"languages": {"de": " "}})
    assert (refused.status_code, refused.json["faults"][0]["path"].startswith("languages.de")) == (422, True)
    assert len(client.get("/api/tasks").json["tasks"]) == 3
