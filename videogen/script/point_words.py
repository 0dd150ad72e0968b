"""Words for what charts and tables show, by language: the highest, the lowest, the trend.

They are phrases with names in braces, so that a language's grammar stays whole; a script may have words of its own for each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace

from videogen.script.languages import AUTO, primary


@dataclass(frozen=True)
class PointWords:
    """The phrases of one language.

    `{high}` and `{low}` are what the highest and lowest values are of, `{high_value}` and `{low_value}` these values. `{first}`, `{last}`,
    `{first_value}` and `{last_value}` are the ends of a trend. `{name}` is one of several series or columns, `{share}` a percentage.
    """

    highest_lowest: str
    highest_lowest_of: str
    highest: str
    rises: str
    falls: str
    steady: str
    rises_of: str
    falls_of: str
    steady_of: str
    largest_part: str
    equal: str


_WORDS = {
    "en": PointWords(
        "The highest is {high}, with {high_value}, and the lowest is {low}, with {low_value}.",
        "{name} is highest for {high}, with {high_value}, and lowest for {low}, with {low_value}.",
        "The highest is {high}, with {high_value}.",
        "From {first} to {last} it rises from {first_value} to {last_value}.",
        "From {first} to {last} it falls from {first_value} to {last_value}.",
        "From {first} to {last} it stays near {last_value}.",
        "{name} rises from {first_value} to {last_value}.",
        "{name} falls from {first_value} to {last_value}.",
        "{name} stays near {last_value}.",
        "The largest part is {high}, with {share} percent.",
        "All have {high_value}.",
    ),
    "de": PointWords(
        "Am höchsten ist {high} mit {high_value}, am niedrigsten {low} mit {low_value}.",
        "{name}: am höchsten ist {high} mit {high_value}, am niedrigsten {low} mit {low_value}.",
        "Am höchsten ist {high} mit {high_value}.",
        "Von {first} bis {last} steigt der Wert von {first_value} auf {last_value}.",
        "Von {first} bis {last} fällt der Wert von {first_value} auf {last_value}.",
        "Von {first} bis {last} bleibt der Wert bei etwa {last_value}.",
        "{name} steigt von {first_value} auf {last_value}.",
        "{name} fällt von {first_value} auf {last_value}.",
        "{name} bleibt bei etwa {last_value}.",
        "Der größte Teil ist {high} mit {share} Prozent.",
        "Alle haben {high_value}.",
    ),
    "fr": PointWords(
        "Le plus haut : {high}, avec {high_value} ; le plus bas : {low}, avec {low_value}.",
        "{name} : le plus haut est {high}, avec {high_value}, et le plus bas {low}, avec {low_value}.",
        "Le plus haut : {high}, avec {high_value}.",
        "De {first} à {last}, la valeur monte de {first_value} à {last_value}.",
        "De {first} à {last}, la valeur baisse de {first_value} à {last_value}.",
        "De {first} à {last}, la valeur reste proche de {last_value}.",
        "{name} monte de {first_value} à {last_value}.",
        "{name} baisse de {first_value} à {last_value}.",
        "{name} reste proche de {last_value}.",
        "La plus grande part : {high}, avec {share} pour cent.",
        "Tous ont {high_value}.",
    ),
    "es": PointWords(
        "El más alto es {high}, con {high_value}, y el más bajo {low}, con {low_value}.",
        "{name}: el más alto es {high}, con {high_value}, y el más bajo {low}, con {low_value}.",
        "El más alto es {high}, con {high_value}.",
        "De {first} a {last} sube de {first_value} a {last_value}.",
        "De {first} a {last} baja de {first_value} a {last_value}.",
        "De {first} a {last} se mantiene cerca de {last_value}.",
        "{name} sube de {first_value} a {last_value}.",
        "{name} baja de {first_value} a {last_value}.",
        "{name} se mantiene cerca de {last_value}.",
        "La mayor parte es {high}, con {share} por ciento.",
        "Todos tienen {high_value}.",
    ),
    "it": PointWords(
        "Il più alto è {high}, con {high_value}, e il più basso {low}, con {low_value}.",
        "{name}: il più alto è {high}, con {high_value}, e il più basso {low}, con {low_value}.",
        "Il più alto è {high}, con {high_value}.",
        "Da {first} a {last} sale da {first_value} a {last_value}.",
        "Da {first} a {last} scende da {first_value} a {last_value}.",
        "Da {first} a {last} resta vicino a {last_value}.",
        "{name} sale da {first_value} a {last_value}.",
        "{name} scende da {first_value} a {last_value}.",
        "{name} resta vicino a {last_value}.",
        "La parte più grande è {high}, con {share} per cento.",
        "Tutti hanno {high_value}.",
    ),
    "pt": PointWords(
        "O mais alto é {high}, com {high_value}, e o mais baixo {low}, com {low_value}.",
        "{name}: o mais alto é {high}, com {high_value}, e o mais baixo {low}, com {low_value}.",
        "O mais alto é {high}, com {high_value}.",
        "De {first} a {last} sobe de {first_value} para {last_value}.",
        "De {first} a {last} desce de {first_value} para {last_value}.",
        "De {first} a {last} fica perto de {last_value}.",
        "{name} sobe de {first_value} para {last_value}.",
        "{name} desce de {first_value} para {last_value}.",
        "{name} fica perto de {last_value}.",
        "A maior parte é {high}, com {share} por cento.",
        "Todos têm {high_value}.",
    ),
    "nl": PointWords(
        "Het hoogst is {high} met {high_value}, het laagst {low} met {low_value}.",
        "{name}: het hoogst is {high} met {high_value}, het laagst {low} met {low_value}.",
        "Het hoogst is {high} met {high_value}.",
        "Van {first} tot {last} stijgt het van {first_value} naar {last_value}.",
        "Van {first} tot {last} daalt het van {first_value} naar {last_value}.",
        "Van {first} tot {last} blijft het rond {last_value}.",
        "{name} stijgt van {first_value} naar {last_value}.",
        "{name} daalt van {first_value} naar {last_value}.",
        "{name} blijft rond {last_value}.",
        "Het grootste deel is {high} met {share} procent.",
        "Alle hebben {high_value}.",
    ),
    "pl": PointWords(
        "Najwyżej: {high}, {high_value}. Najniżej: {low}, {low_value}.",
        "{name}: najwyżej {high}, {high_value}, najniżej {low}, {low_value}.",
        "Najwyżej: {high}, {high_value}.",
        "{first} – {last}: wzrost z {first_value} do {last_value}.",
        "{first} – {last}: spadek z {first_value} do {last_value}.",
        "{first} – {last}: stale około {last_value}.",
        "{name}: wzrost z {first_value} do {last_value}.",
        "{name}: spadek z {first_value} do {last_value}.",
        "{name}: stale około {last_value}.",
        "Największa część: {high}, {share} procent.",
        "Wszędzie {high_value}.",
    ),
    "ru": PointWords(
        "Выше всего: {high}, {high_value}. Ниже всего: {low}, {low_value}.",
        "{name}: выше всего {high}, {high_value}, ниже всего {low}, {low_value}.",
        "Выше всего: {high}, {high_value}.",
        "{first} – {last}: рост с {first_value} до {last_value}.",
        "{first} – {last}: снижение с {first_value} до {last_value}.",
        "{first} – {last}: около {last_value}.",
        "{name}: рост с {first_value} до {last_value}.",
        "{name}: снижение с {first_value} до {last_value}.",
        "{name}: около {last_value}.",
        "Самая большая часть: {high}, {share} процентов.",
        "У всех {high_value}.",
    ),
    "tr": PointWords(
        "En yüksek: {high}, {high_value}. En düşük: {low}, {low_value}.",
        "{name}: en yüksek {high}, {high_value}; en düşük {low}, {low_value}.",
        "En yüksek: {high}, {high_value}.",
        "{first} – {last} arası artış: {first_value}, sonunda {last_value}.",
        "{first} – {last} arası düşüş: {first_value}, sonunda {last_value}.",
        "{first} – {last} arası yaklaşık {last_value}.",
        "{name} artıyor: {first_value}, sonunda {last_value}.",
        "{name} düşüyor: {first_value}, sonunda {last_value}.",
        "{name} yaklaşık {last_value}.",
        "En büyük pay: {high}, yüzde {share}.",
        "Hepsi {high_value}.",
    ),
    "ar": PointWords(
        "الأعلى: {high}، {high_value}. والأدنى: {low}، {low_value}.",
        "{name}: الأعلى {high}، {high_value}، والأدنى {low}، {low_value}.",
        "الأعلى: {high}، {high_value}.",
        "من {first} إلى {last}: ارتفاع من {first_value} إلى {last_value}.",
        "من {first} إلى {last}: انخفاض من {first_value} إلى {last_value}.",
        "من {first} إلى {last}: ثبات قرب {last_value}.",
        "{name}: ارتفاع من {first_value} إلى {last_value}.",
        "{name}: انخفاض من {first_value} إلى {last_value}.",
        "{name}: ثبات قرب {last_value}.",
        "الجزء الأكبر: {high}، {share} بالمئة.",
        "القيمة في الكل {high_value}.",
    ),
    "ja": PointWords(
        "最も高いのは{high}の{high_value}、最も低いのは{low}の{low_value}です。",
        "{name}が最も高いのは{high}の{high_value}、最も低いのは{low}の{low_value}です。",
        "最も高いのは{high}の{high_value}です。",
        "{first}から{last}までに{first_value}から{last_value}に増えています。",
        "{first}から{last}までに{first_value}から{last_value}に減っています。",
        "{first}から{last}まで{last_value}前後です。",
        "{name}は{first_value}から{last_value}に増えています。",
        "{name}は{first_value}から{last_value}に減っています。",
        "{name}は{last_value}前後です。",
        "最も大きいのは{high}で、{share}パーセントです。",
        "すべて{high_value}です。",
    ),
    "zh": PointWords(
        "最高的是{high}，{high_value}；最低的是{low}，{low_value}。",
        "{name}最高的是{high}，{high_value}；最低的是{low}，{low_value}。",
        "最高的是{high}，{high_value}。",
        "从{first}到{last}，由{first_value}上升到{last_value}。",
        "从{first}到{last}，由{first_value}下降到{last_value}。",
        "从{first}到{last}，保持在{last_value}左右。",
        "{name}由{first_value}上升到{last_value}。",
        "{name}由{first_value}下降到{last_value}。",
        "{name}保持在{last_value}左右。",
        "占比最大的是{high}，百分之{share}。",
        "全部都是{high_value}。",
    ),
    "ko": PointWords(
        "가장 높은 것은 {high}, {high_value}이고, 가장 낮은 것은 {low}, {low_value}입니다.",
        "{name}: 가장 높은 것은 {high}, {high_value}이고, 가장 낮은 것은 {low}, {low_value}입니다.",
        "가장 높은 것은 {high}, {high_value}입니다.",
        "{first}부터 {last}까지 {first_value}에서 {last_value}로 늘었습니다.",
        "{first}부터 {last}까지 {first_value}에서 {last_value}로 줄었습니다.",
        "{first}부터 {last}까지 {last_value} 안팎입니다.",
        "{name}: {first_value}에서 {last_value}로 늘었습니다.",
        "{name}: {first_value}에서 {last_value}로 줄었습니다.",
        "{name}: {last_value} 안팎입니다.",
        "가장 큰 부분은 {high}, {share}퍼센트입니다.",
        "모두 {high_value}입니다.",
    ),
}

NAMES = tuple(field.name for field in fields(PointWords))
"""Names of the phrases."""

WITH_DECIMAL_COMMA = frozenset({"de", "fr", "es", "it", "pt", "nl", "pl", "ru", "tr"})


def point_words(language: str, own: Mapping[str, str] | None = None) -> PointWords | None:
    """Return the phrases of a language, a BCP 47 tag, with those of one's `own` in their place; None where none are written."""
    words = _WORDS["en"] if language == AUTO else _WORDS.get(primary(language))
    own = {name: phrase for name, phrase in (own or {}).items() if name in NAMES}
    if words is None and own:
        words = PointWords(*("" for _ in NAMES))
    return replace(words, **own) if words and own else words
