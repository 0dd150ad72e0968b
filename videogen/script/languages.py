"""The languages that scripts are written in: their tags, and what people call them."""

from __future__ import annotations

import re
from typing import NamedTuple

AUTO = "auto"
"""In place of a tag: find out from the text."""
ENGLISH = "en"

_TABLE = """
en English English eng | de German Deutsch deu ger | fr French Français fra fre | es Spanish Español spa Castilian Castellano
it Italian Italiano ita | pt Portuguese Português por | nl Dutch Nederlands nld dut Flemish Vlaams | pl Polish Polski pol
ja Japanese 日本語 jpn | zh Chinese 中文 zho chi cmn Mandarin 汉语 漢語 | ko Korean 한국어 kor | ru Russian Русский rus
tr Turkish Türkçe tur | ar Arabic العربية ara arb | bg Bulgarian Български bul | bn Bengali বাংলা ben Bangla | ca Catalan Català cat
cs Czech Čeština ces cze | cy Welsh Cymraeg cym wel | da Danish Dansk dan | el Greek Ελληνικά ell gre | eo Esperanto Esperanto epo
et Estonian Eesti est | eu Basque Euskara eus baq | fa Persian فارسی fas per Farsi | fi Finnish Suomi fin | ga Irish Gaeilge gle
gl Galician Galego glg | gu Gujarati ગુજરાતી guj | he Hebrew עברית heb iw | hi Hindi हिन्दी hin | hr Croatian Hrvatski hrv
hu Hungarian Magyar hun | hy Armenian Հայերեն hye arm | id Indonesian Indonesia ind in | is Icelandic Íslenska isl ice
ka Georgian ქართული kat geo | kk Kazakh Қазақ kaz | km Khmer ខ្មែរ khm | kn Kannada ಕನ್ನಡ kan | lo Lao ລາວ lao | lt Lithuanian Lietuvių lit
lv Latvian Latviešu lav | mk Macedonian Македонски mkd mac | ml Malayalam മലയാളം mal | mr Marathi मराठी mar | ms Malay Melayu msa may
my Burmese မြန်မာ mya bur | nb Norwegian Norsk nob no nor Bokmål nn nno Nynorsk | ne Nepali नेपाली nep | pa Punjabi ਪੰਜਾਬੀ pan
ro Romanian Română ron rum | sk Slovak Slovenčina slk slo | sl Slovenian Slovenščina slv Slovene | sq Albanian Shqip sqi alb
sr Serbian Српски srp | sv Swedish Svenska swe | sw Swahili Kiswahili swa | ta Tamil தமிழ் tam | te Telugu తెలుగు tel | th Thai ไทย tha
uk Ukrainian Українська ukr | ur Urdu اردو urd | vi Vietnamese Tiếng-Việt vie
"""


class Language(NamedTuple):
    """A language: the first part of its BCP 47 tag, its name in English and its own name."""

    tag: str
    name: str
    own_name: str


LANGUAGES: dict[str, Language] = {}
_CALLED: dict[str, str] = {}
for _entry in re.split(r"[|\n]", _TABLE.strip()):
    _tag, _name, _own, *_also = _entry.split()
    LANGUAGES[_tag] = Language(_tag, _name, _own.replace("-", " "))
    _CALLED |= {called.replace("-", " ").casefold(): _tag for called in (_tag, _name, _own, *_also)}

FIRST = ("en", "de", "fr", "es", "it", "pt", "nl", "pl", "ja", "zh", "ko", "ru", "tr", "ar")
"""Languages that the page offers before the others; in these the video's own words are written."""
_UNSET = {"", AUTO, "automatic", "detect", "detected"}
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}")
_REGIONS = {
    "american": "US",
    "us": "US",
    "usa": "US",
    "uk": "GB",
    "gb": "GB",
    "british": "GB",
    "australian": "AU",
    "brazilian": "BR",
    "brasil": "BR",
    "brazil": "BR",
    "mexican": "MX",
    "canadian": "CA",
    "simplified": "Hans",
    "traditional": "Hant",
}


def tag_of(written: str) -> str | None:
    """Return the BCP 47 tag of a language as people write it: `de`, `de-DE`, `de_DE.UTF-8`, `german`, `pt-br`, `cmn`, `British English`.

    AUTO for an empty text and for words that ask for detection; None for what names no language.
    """
    name = written.strip()
    if name.casefold() in _UNSET:
        return AUTO
    if known := _CALLED.get(name.casefold()):
        return known
    tag = re.sub(r"[.@].*", "", name).replace("_", "-")
    if _TAG.fullmatch(tag):
        primary, *others = tag.split("-")
        primary = _CALLED.get(primary.casefold(), primary.casefold())
        if primary in LANGUAGES or len(tag.split("-")[0]) == 2 or others:
            return "-".join([primary, *map(_subtag, others)])
        return primary if len(primary) <= 3 else None
    words = re.findall(r"\w+", name.casefold()) if re.fullmatch(r"[\w (),-]+", name) else []
    tags = [_CALLED[word] for word in words if word in _CALLED and (len(word) > 3 or not word.isascii())]
    region = next((_REGIONS[word] for word in words if word in _REGIONS), None)
    if not tags or len(words) > 4:
        return None
    return f"{tags[0]}-{region}" if region else tags[0]


def name_of(tag: str) -> str:
    """Return a language as a person calls it, in English; its tag where it has no name here."""
    known = LANGUAGES.get(primary(tag))
    return known.name if known else tag


def known(tag: str) -> str:
    """Return the tag; English for AUTO where nobody found out the language."""
    return ENGLISH if tag == AUTO else tag


def primary(tag: str) -> str:
    """Return the language of a tag without its region and script."""
    return tag.split("-")[0].lower()


def _subtag(part: str) -> str:
    """Return a part of a tag as usually written: regions in capitals, scripts capitalized."""
    return part.upper() if len(part) == 2 else part.title() if len(part) == 4 and part.isalpha() else part.lower()
