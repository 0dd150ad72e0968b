"""The three-letter language codes that an mp4 wants."""

from __future__ import annotations

# ISO 639-1 to ISO 639-2/T, as in https://www.loc.gov/standards/iso639-2/php/code_list.php, for the languages that voices commonly speak.
PAIRS = (
    "af:afr ar:ara az:aze be:bel bg:bul bn:ben bs:bos ca:cat cs:ces cy:cym da:dan de:deu el:ell en:eng eo:epo es:spa et:est eu:eus "
    "fa:fas fi:fin fr:fra ga:gle gl:glg gu:guj he:heb hi:hin hr:hrv hu:hun hy:hye id:ind is:isl it:ita ja:jpn ka:kat kk:kaz kn:kan "
    "ko:kor la:lat lt:lit lv:lav mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya nb:nob ne:nep nl:nld nn:nno no:nor pa:pan pl:pol "
    "pt:por ro:ron ru:rus sk:slk sl:slv sq:sqi sr:srp sv:swe sw:swa ta:tam te:tel th:tha tr:tur uk:ukr ur:urd uz:uzb vi:vie zh:zho"
)
CODES = dict(pair.split(":") for pair in PAIRS.split())


def iso_639_2(tag: str) -> str:
    """Return the ISO 639-2 code of a BCP 47 tag; `und`, undetermined, for an unknown language."""
    primary = tag.lower().split("-")[0]
    return CODES.get(primary, primary if len(primary) == 3 else "und")
