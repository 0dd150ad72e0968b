"""Errors of renderers: reading scripts, previews, speech and video."""

from __future__ import annotations

from models.errors import VideogenError


class StageFailed(VideogenError):
    """A stage failed."""

    code = "stage_failed"
    retryable = True
    hint = "Try again; what was finished is kept. If it fails again, look at the server's log."


class StageSilent(StageFailed):
    """A step gave no sign of life for too long and was stopped."""

    code = "stage_silent"
    hint = "Try again; what was finished is kept. If this step needs longer, raise VIDEOGEN_STAGE_SILENCE_S."


class StageTooLong(StageFailed):
    """A step took longer than is allowed and was stopped."""

    code = "stage_too_long"
    hint = "Try again; what was finished is kept. If it needs longer, raise VIDEOGEN_STAGE_MAX_S."


class OutOfMemory(StageFailed):
    """The task used more memory than allowed and was stopped."""

    code = "out_of_memory"
    hint = "Raise VIDEOGEN_MEMORY_LIMIT_MB, or lower VIDEOGEN_RENDER_PROCESSES or the video's height."


class TooMuchWritten(StageFailed):
    """A renderer wrote more to the disk than the limit allows and was stopped."""

    code = "too_much_written"
    retryable = False
    hint = "Make the video shorter or smaller, or raise VIDEOGEN_RENDERER_WRITTEN_MAX_BYTES."


class RendererLost(StageFailed):
    """The renderer process ended unexpectedly."""

    code = "renderer_lost"
    former_codes = ("maker_lost",)
    hint = "Try again; what was finished is kept. If it happens again, look at the server's log and at the machine's free memory."


class VoiceUnavailable(StageFailed):
    """The voice cannot be used here."""

    code = "voice_unavailable"
    status = 422
    retryable = False
    hint = "Choose another voice: app.py doctor lists those that work here. voice: none makes a silent video."


class LanguageNotSpoken(StageFailed):
    """The voice does not speak this language."""

    code = "language_not_spoken"
    status = 422
    retryable = False
    hint = (
        "Choose a voice that speaks it (app.py doctor lists them), or none for a silent video; or name another language (option language)."
    )


class FontMissing(StageFailed):
    """A font that scenes are drawn in is not installed."""

    code = "font_missing"
    retryable = False
    hint = "Run make setup: the fonts come from packages that pyproject.toml names."


class SandboxUnavailable(StageFailed):
    """VIDEOGEN_SANDBOX is require, and this machine cannot keep renderers from its network or files."""

    code = "sandbox_unavailable"
    status = 503
    retryable = False
    hint = "Use a Linux with Landlock (5.19 or newer), or set VIDEOGEN_SANDBOX to auto. app.py doctor says what is missing."


class VideoDamaged(StageFailed):
    """The finished video did not pass its checks."""

    code = "film_damaged"


class PreviewFailed(VideogenError):
    """What the server draws or speaks beside videos took too long, or too much memory."""

    code = "preview_failed"
    status = 503
    retryable = True
    hint = "Try again when the machine is less busy."


class ServerBusy(VideogenError):
    """The server has more scripts to read, or previews to draw, than it can."""

    code = "server_busy"
    status = 503
    retryable = True
    hint = "Try again in some seconds."
