"""Languages as people name them, and as they are told from a text."""

import pytest

from tests.script.scripts import narrations_of, spoken_of
from videogen.errors.script import BadOption
from videogen.script import options, read
from videogen.script.detection import detect, language_of
from videogen.script.languages import AUTO, FIRST, LANGUAGES, name_of, tag_of
from videogen.script.lexicon import lexicon
from videogen.script.models import CodeScene, Script, TableScene
from videogen.script.video_options import Options
from videogen.script.word_files import written_languages


@pytest.mark.parametrize(
    ("written", "tag"),
    [
        ("de", "de"),
        ("de-DE", "de-DE"),
        ("de_DE.UTF-8", "de-DE"),
        ("DE", "de"),
        ("german", "de"),
        ("Deutsch", "de"),
        ("ger", "de"),
        ("français", "fr"),
        ("pt-br", "pt-BR"),
        ("Brazilian Portuguese", "pt-BR"),
        ("English (US)", "en-US"),
        ("en-us", "en-US"),
        ("cmn", "zh"),
        ("zh-hans", "zh-Hans"),
        ("日本語", "ja"),
        ("Tiếng Việt", "vi"),
        ("no", "nb"),
        ("", AUTO),
        ("Detected", AUTO),
        ("klingon", None),
        ("en; rm -rf /", None),
        ("the one of my mother", None),
    ],
)
def test_a_language_may_be_named_in_many_ways(written: str, tag: str | None) -> None:
    assert tag_of(written) == tag


@pytest.mark.parametrize(
    "head",
    ["---\nlang: de\n---\n", "---\nlanguage: German\n---\n", "---\nlang: [Deutsch, en]\n---\n", "---\nmarp: true\nlang: de-DE\n---\n"],
)
def test_front_matter_names_the_language(head: str) -> None:
    assert read(f"{head}# A\n\nText.\n", "markdown").script.options.language in ("de", "de-DE")


def test_front_matter_with_no_known_language_warns_and_is_not_refused() -> None:
    reading = read("---\ntitle: A\nlang: klingon\n---\n\nWords.\n", "markdown")
    assert reading.script.options.language == AUTO
    assert [(one.code, one.line) for one in reading.warnings] == [("front_matter_value", 3)]
    assert "klingon" in reading.warnings[0].message


@pytest.mark.parametrize("options_", ["options: {lang: german}\n", "lang: german\n", "language: de\n", "options: {language: Deutsch}\n"])
def test_a_script_in_yaml_names_the_language(options_: str) -> None:
    assert read(f"title: A\n{options_}scenes: [{{kind: title, title: A}}]\n", "yaml").script.options.language == "de"


def test_a_request_names_the_language_and_an_unknown_one_is_told() -> None:
    assert options.check({"lang": "pt_BR"}).language == "pt-BR"
    with pytest.raises(BadOption, match="is no language"):
        options.check({"language": "klingon"})


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("Der Tee wird mit heißem Wasser aufgegossen und zieht drei Minuten.", "de"),
        ("Le thé infuse pendant trois minutes dans de l'eau chaude.", "fr"),
        ("El agua se calienta hasta que hierve y luego se sirve.", "es"),
        ("L'acqua viene scaldata finché bolle e poi si versa.", "it"),
        ("A água é aquecida até ferver e depois é servida.", "pt"),
        ("Het water wordt verwarmd tot het kookt en dan geschonken.", "nl"),
        ("Woda jest podgrzewana, aż się zagotuje, a potem nalewana.", "pl"),
        ("Воду нагревают до кипения и затем наливают в чашку.", "ru"),
        ("Воду нагрівають до кипіння, а потім наливають у чашку.", "uk"),
        ("Su kaynayana kadar ısıtılır ve sonra bardağa dökülür.", "tr"),
        ("يتم تسخين الماء حتى يغلي ثم يسكب في الكوب.", "ar"),
        ("آب را گرم می‌کنند تا بجوشد و سپس در فنجان می‌ریزند.", "fa"),
        ("お湯を沸かして、三分待ちます。Python を使います。", "ja"),
        ("把水烧开，然后倒进杯子里。", "zh"),
        ("물을 끓인 다음 잔에 붓습니다.", "ko"),
        ("यह पानी गरम है।", "hi"),
        ("המים רותחים.", "he"),
        ("สวัสดีครับ", "th"),
        ("The water is heated until it boils.", "en"),
        ("Kubernetes Deployment Pipeline", "en"),
        ("Hallo", "en"),
        ("API v2", "en"),
        ("Lorem ipsum dolor sit amet, consectetur adipiscing elit.", "en"),
        ("1234 -- !", "en"),
        ("", "en"),
    ],
)
def test_language_is_told_from_the_text_and_is_english_in_doubt(text: str, tag: str) -> None:
    assert detect(text) == tag


def test_code_tables_and_addresses_say_nothing_of_the_language() -> None:
    text = (
        "# Der Versand\n\nDie Pakete werden am Abend abgeholt und über Nacht verschickt.\n\n"
        "```python\n# this is the function that sends all of the parcels when the evening comes\nsend(all_of_the_parcels)\n```\n\n"
        "| the name of the parcel | the weight of the parcel |\n|---|---|\n| a large and heavy parcel | it is ten |\n\n"
        "Siehe `send_all_of_the_parcels_when_the_evening_comes()` und https://example.org/how/parcels/are/sent.\n"
    )
    assert language_of(read(text, "markdown").script) == "de"


def test_every_language_that_the_page_offers_has_words_of_its_own() -> None:
    assert set(FIRST) == written_languages() <= set(LANGUAGES)
    filled = {name for name, value in vars(lexicon("en")).items() if value} - {
        "units",
        "currencies",
        "magnitudes",
        "per",
        "code_signs",
        "shell_name",
    }
    for tag, words in ((tag, lexicon(tag)) for tag in written_languages()):
        missing = {name for name in filled if not getattr(words, name)}
        assert not missing, (tag, missing)
        assert all("{name}" in phrase for phrase in words.code_in)
        assert all("{columns}" in phrase for phrase in words.table_of)
        assert all("{before}" in phrase and "{after}" in phrase for phrase in words.compared_of)
        if tag != "en":
            assert words.table != lexicon("en").table and words.code_in != lexicon("en").code_in
    assert lexicon("de-AT") is lexicon("de")
    assert name_of("pt-BR") == "Portuguese"


@pytest.mark.parametrize(
    ("language", "code", "table"),
    [
        ("en", "Here is the code in Python.", "Here is a table of A and B."),
        ("de", "Hier ist der Code in Python.", "Hier ist eine Tabelle mit A und B."),
        ("fr", "Voici le code en Python.", "Voici un tableau : A et B."),
        ("es", "Aquí está el código en Python.", "Aquí hay una tabla de A y B."),
        ("ja", "Pythonのコードです。", "AとBの表です。"),
        ("zh", "这是Python代码。", "这是一张表：A和B。"),
        ("ru", "Вот код на Python.", "Вот таблица: A и B."),
        ("ar", "إليك الشيفرة بلغة Python.", "إليك جدولًا: A وB."),
        ("fi", "", ""),
    ],
)
def test_what_the_video_itself_says_is_in_its_language(language: str, code: str, table: str) -> None:
    scenes = (
        CodeScene(kind="code", code="x", language="python"),
        TableScene(kind="table", header=("A", "B"), rows=(("1", "2"),)),
    )
    script = Script(title="T", options=Options(language=language), scenes=scenes)
    assert spoken_of(scenes[0], script) == code
    assert spoken_of(scenes[1], script) == table.replace(" : ", ": ")


def test_script_without_a_language_is_announced_in_english_until_it_is_known() -> None:
    assert narrations_of("```python\nx\n```\n") == ["Here is the code in Python."]
