"""Words of lessons by language: what stands above learning objectives, problems and the like, and how the answer of a quiz is said."""

from __future__ import annotations

from dataclasses import dataclass

from videogen.script.languages import AUTO, primary


@dataclass(frozen=True)
class LessonWords:
    """The words of one language. In `answer`, `{letter}` is the option's letter and `{text}` what it says; in `minutes`, `{n}` a number."""

    learning_objectives: str
    problem: str
    solution: str
    checkpoint: str
    exercise: str
    answer: str
    minutes: str


_WORDS = {
    "en": LessonWords(
        "Learning objectives", "Problem", "Solution", "Checkpoint", "Exercise", "The answer is {letter}: {text}", "{n} minutes"
    ),
    "de": LessonWords("Lernziele", "Aufgabe", "Lösung", "Zwischenstand", "Übung", "Die Antwort ist {letter}: {text}", "{n} Minuten"),
    "fr": LessonWords(
        "Objectifs d’apprentissage",
        "Problème",
        "Solution",
        "Point d’étape",
        "Exercice",
        "La réponse est {letter} : {text}",
        "{n} minutes",
    ),
    "es": LessonWords(
        "Objetivos de aprendizaje",
        "Problema",
        "Solución",
        "Punto de control",
        "Ejercicio",
        "La respuesta es {letter}: {text}",
        "{n} minutos",
    ),
    "it": LessonWords(
        "Obiettivi di apprendimento",
        "Problema",
        "Soluzione",
        "Punto di controllo",
        "Esercizio",
        "La risposta è {letter}: {text}",
        "{n} minuti",
    ),
    "pt": LessonWords(
        "Objetivos de aprendizagem",
        "Problema",
        "Solução",
        "Ponto de verificação",
        "Exercício",
        "A resposta é {letter}: {text}",
        "{n} minutos",
    ),
    "nl": LessonWords("Leerdoelen", "Probleem", "Oplossing", "Tussenstand", "Oefening", "Het antwoord is {letter}: {text}", "{n} minuten"),
    "pl": LessonWords("Cele nauki", "Problem", "Rozwiązanie", "Punkt kontrolny", "Ćwiczenie", "Odpowiedź to {letter}: {text}", "{n} min"),
    "ru": LessonWords("Цели урока", "Задача", "Решение", "Проверка", "Упражнение", "Ответ — {letter}: {text}", "{n} мин"),
    "tr": LessonWords(
        "Öğrenme hedefleri", "Problem", "Çözüm", "Kontrol noktası", "Alıştırma", "Doğru cevap {letter}: {text}", "{n} dakika"
    ),
    "ar": LessonWords("أهداف التعلّم", "المسألة", "الحل", "نقطة مراجعة", "تمرين", "الإجابة هي {letter}: {text}", "{n} دقيقة"),
    "ja": LessonWords("学習目標", "問題", "解答", "チェックポイント", "演習", "答えは{letter}、{text}", "{n}分"),
    "zh": LessonWords("学习目标", "问题", "解答", "检查点", "练习", "答案是{letter}：{text}", "{n} 分钟"),
    "ko": LessonWords("학습 목표", "문제", "풀이", "점검", "연습", "정답은 {letter}, {text}", "{n}분"),
}
_OTHER = LessonWords("", "", "", "", "", "{letter}: {text}", "{n}′")


def lesson_words(language: str) -> LessonWords:
    """Return the words of a language, a BCP 47 tag. The undetermined one is taken for English; where none are written, they are empty."""
    return _WORDS["en"] if language == AUTO else _WORDS.get(primary(language), _OTHER)
