"""The assistant: asks a language model, on a server that the owner has configured, to change a script. Off by default.

It speaks the part of OpenAI's HTTP protocol that every compatible server has: POST /chat/completions. Nothing is sent to any other address,
and an answer is only ever a proposal, which a person accepts. What a script says is data to the model and may talk it into anything, so an
answer is never obeyed: it is text for the editor.
"""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO, Any
from urllib.parse import urlsplit

from videogen.errors.assistant import AssistantFailed, AssistantOff

ACTIONS: Mapping[str, str] = {
    "draft": "Draft a script from a document",
    "shorten": "Shorten",
    "translate": "Translate",
    "narrate": "Write the narration",
}
ANSWER_MAX_BYTES = 4 * 1024 * 1024
REASON_CHARACTERS = 200
WISHES_MAX = 2000

FORMAT = (
    "A script of this program is Markdown. '# ' begins the title, '## ' each scene. Below a heading stand short prose, which is shown and "
    "spoken, or a list, a table, or code in fences. A comment <!-- say: ... --> is spoken in place of what a scene shows. Answer with the "
    "script alone, without any remark and without a fence around it."
)
TASKS: Mapping[str, str] = {
    "draft": (
        "Turn the document into the script of a short narrated video: a title, and five to twelve scenes, each with a heading and one "
        "thing to show."
    ),
    "shorten": (
        "Shorten the script to about half. Keep its language, the order of its scenes and what matters most; keep front matter, file names "
        "and code as they are."
    ),
    "translate": (
        "Translate the script into {language}: headings, prose, lists, tables and what is said. Keep its structure, the keys of its front "
        "matter, file names and code as they are."
    ),
}
NARRATE = (
    "You are given the scenes of a narrated video as JSON, each with its number, kind, title and what is said now. Write what a speaker "
    "says in each: two or three spoken sentences that explain what is shown, in the language of the scenes. Answer with JSON alone: an "
    "object of texts by the numbers of the scenes."
)


@dataclass(frozen=True)
class Assistant:
    """A server with a model. `url` is the base of its addresses, such as http://127.0.0.1:11434/v1."""

    url: str
    model: str
    key: str = ""
    timeout_s: float = 120.0

    @property
    def host(self) -> str:
        """Where texts are sent."""
        return urlsplit(self.url).netloc

    @property
    def is_configured(self) -> bool:
        return bool(self.url and self.model)

    def change(self, action: str, script: str, *, language: str = "", wishes: str = "") -> str:
        """Return the script as the model would have it. `action` is one of TASKS. Raises AssistantOff, AssistantFailed."""
        task = TASKS[action].format(language=language or "English")
        return without_fence(self._ask(f"{task} {FORMAT}", script, wishes))

    def narrate(self, scenes: Sequence[Mapping[str, Any]], *, wishes: str = "") -> dict[int, str]:
        """Return what each scene might say, by position. Raises AssistantOff, AssistantFailed."""
        shown = [{name: scene[name] for name in ("position", "kind", "title", "text")} for scene in scenes]
        answer = without_fence(self._ask(NARRATE, json.dumps(shown, ensure_ascii=False), wishes))
        try:
            texts = json.loads(answer)
            positions = {int(position): text for position, text in texts.items() if isinstance(text, str) and text.strip()}
        except (ValueError, AttributeError, TypeError) as error:
            raise AssistantFailed("The assistant did not answer with texts of scenes.") from error
        return {position: text for position, text in positions.items() if any(scene["position"] == position for scene in scenes)}

    def _ask(self, task: str, content: str, wishes: str) -> str:
        if not self.is_configured:
            raise AssistantOff("No assistant is configured.")
        system = f"{task}\nWishes of the author: {wishes[:WISHES_MAX]}" if wishes.strip() else task
        messages = [{"role": "system", "content": system}, {"role": "user", "content": content}]
        answer = self._post({"model": self.model, "messages": messages, "temperature": 0.2, "stream": False})
        try:
            text = answer["choices"][0]["message"]["content"]
        except (KeyError, IndexError, TypeError) as error:
            raise AssistantFailed("The assistant's server answered something else than a chat completion.") from error
        if not isinstance(text, str) or not text.strip():
            raise AssistantFailed("The assistant answered with nothing.")
        return text

    def _post(self, body: Mapping[str, Any]) -> Any:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self.key:
            headers["Authorization"] = f"Bearer {self.key}"
        request = urllib.request.Request(f"{self.url.rstrip('/')}/chat/completions", json.dumps(body).encode(), headers)  # noqa: S310, the setting takes http and https alone
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=self.timeout_s) as response:
                content = response.read(ANSWER_MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            raise AssistantFailed(f"The assistant's server answered {error.code}{_reason(error)}.") from error
        except (OSError, HTTPException, ValueError) as error:
            raise AssistantFailed(f"The assistant's server {self.host} cannot be reached: {str(error)[:REASON_CHARACTERS]}.") from error
        if len(content) > ANSWER_MAX_BYTES:
            raise AssistantFailed("The assistant's answer is too long.")
        try:
            return json.loads(content)
        except (ValueError, RecursionError) as error:
            raise AssistantFailed("The assistant's server did not answer with JSON.") from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirect: texts go to the configured server alone."""

    def redirect_request(self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str) -> None:
        """Refuse, which makes the redirect an HTTPError."""
        return


def _reason(error: urllib.error.HTTPError) -> str:
    """Return what the server says of a refusal, shortened; empty if it says nothing that can be read."""
    try:
        said = json.loads(error.read(100_000))["error"]
        message = said["message"] if isinstance(said, dict) else said
    except (ValueError, KeyError, TypeError, OSError, RecursionError):
        return ""
    return f": {' '.join(str(message).split())[:REASON_CHARACTERS].rstrip('.')}" if message else ""


def without_fence(text: str) -> str:
    """Return an answer without the fence that models put around it, and without what they think aloud before it."""
    text = re.sub(r"\A\s*<think>.*?</think>", "", text, flags=re.DOTALL).strip()
    match = re.fullmatch(r"```[\w-]*\n(.*?)\n?```", text, flags=re.DOTALL)
    if match and "\n```" not in match[1]:
        text = match[1]
    return text.strip() + "\n"
