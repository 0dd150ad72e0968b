"""Errors of the assistant: a server with a language model that the owner has configured."""

from __future__ import annotations

from models.errors import VideogenError


class AssistantOff(VideogenError):
    """No assistant is configured."""

    code = "assistant_off"
    status = 404
    hint = "Set VIDEOGEN_ASSISTANT_URL and VIDEOGEN_ASSISTANT_MODEL, if you want one; nothing is sent anywhere until then."


class AssistantFailed(VideogenError):
    """The assistant's server gave no answer that can be used."""

    code = "assistant_failed"
    status = 502
    retryable = True
    hint = "Check that the server of VIDEOGEN_ASSISTANT_URL runs and has the model of VIDEOGEN_ASSISTANT_MODEL, and ask again."
