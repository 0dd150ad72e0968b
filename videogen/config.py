"""Settings: name, default, help. The only place that reads the environment."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models import DATABASE_NAME
from models.errors import Diagnostic
from models.server import Server
from videogen import INSTALLED
from videogen.errors.system import BadSetting
from videogen.errors.validation import in_words

if TYPE_CHECKING:
    from videogen.assistant import Assistant

MIB = 1024 * 1024
GIB = 1024 * MIB
FILES_URL = r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[A-Za-z0-9_.-]+)*/?"
"""A bucket and a prefix. Credentials have no place in it."""
ADDRESS_SPACE = 4
"""RLIMIT_AS counts maps, not memory: so many times the limit of the memory that is measured."""


def default_data() -> Path:
    """Return `data` in the working directory for a checkout; for an installed command the user's data directory, wherever it is called."""
    if INSTALLED:
        from platformdirs import user_data_path

        path = user_data_path("videogen", appauthor=False)
        if path.is_absolute():  # it begins with ~ for a user who has no home
            return path
    return Path("data")


class Settings(BaseSettings):
    """Each setting is the environment variable VIDEOGEN_ and its name in capitals. Unknown ones are ignored."""

    model_config = SettingsConfigDict(env_prefix="VIDEOGEN_", extra="ignore", frozen=True)

    data: Path = Field(default_factory=default_data, description="Directory of the database, the videos and the cache.")
    database_url: str = Field(
        "",
        pattern="^(postgres(ql)?://.*)?$",
        description="Database of PostgreSQL that holds the store, postgresql://user@host/name; a file of SQLite by default.",
    )
    database_listen_url: str = Field(
        "",
        pattern="^(postgres(ql)?://.*)?$",
        description="The same database for LISTEN, if VIDEOGEN_DATABASE_URL leads through a pooler in transaction mode.",
    )
    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    hosts: str = Field("", description="Further host names to answer to, separated by commas.")
    proxies: int = Field(0, ge=0, description="Reverse proxies in front, whose X-Forwarded-For, -Proto, -Host and -Prefix are believed.")
    prefix: str = Field(
        "", pattern="^(/[A-Za-z0-9._~-]+)*$", description="Path below which a proxy shows the server, such as /videogen; none by default."
    )
    session_days: float = Field(30.0, gt=0, le=3650, description="Days after which a login ends, however much it is used.")
    session_idle_days: float = Field(7.0, gt=0, le=3650, description="Days without a request after which a login ends.")
    header_deadline_s: float = Field(20.0, gt=0, description="Seconds in which the headers of a request must arrive.")
    body_deadline_s: float = Field(
        30.0, gt=0, description="Seconds in which a request's body must arrive, and one more for each 8 KiB of it."
    )
    max_connections: int = Field(
        1000, ge=1, description="Connections open at once, without streams; beyond, those whose headers are late are closed."
    )
    health_interval_s: float = Field(
        5.0, gt=0, description="Seconds between questions to the web process, which is replaced when three are not answered."
    )
    worker_silence_s: float = Field(120.0, gt=0, description="Seconds without a sign after which a worker process is replaced.")
    access_log: bool = Field(False, description="Log each request: client, method, path, status, bytes, seconds.")
    log_format: Literal["text", "json"] = Field("text", description="Form of the log's lines: text or json.")
    workers: int = Field(1, ge=0, description="Worker processes that `serve` starts.")
    quick_worker: bool = Field(
        True, description="Start one more worker, for tasks that people wait for, such as imports: no video is in their way."
    )
    render_processes: int = Field(
        default_factory=lambda: os.cpu_count() or 1,
        ge=1,
        description="Scenes drawn side by side, by all workers together; as many as cores by default.",
    )

    reader_processes: int = Field(
        default_factory=lambda: 4 + (os.cpu_count() or 1),
        ge=1,
        description="Scripts checked at a time, each in a process of its own; four more than cores by default.",
    )
    preview_processes: int = Field(
        default_factory=lambda: 8 + (os.cpu_count() or 1),
        ge=1,
        description="Previews drawn at a time, each in a process of its own; eight more than cores by default.",
    )
    preview_memory_mb: int = Field(
        1024, ge=64, description="Memory (MiB) that checking a script or drawing a preview may take before it is stopped."
    )

    attempts: int = Field(3, ge=1, description="Attempts a task has before it fails with worker_lost.")
    lease_s: float = Field(15.0, gt=0, description="Seconds after which a task whose worker gives no sign is given to another.")
    stall_s: float = Field(60.0, gt=0, description="Seconds without an event after which task.stalled is written.")
    stage_silence_s: float = Field(300.0, gt=0, description="Seconds without a report after which a step is stopped.")
    stage_max_s: float | None = Field(None, description="Seconds a step may take in all; none by default.")
    thumbnail_s: float = Field(30.0, gt=0, description="Seconds the thumbnail may take before the video goes on without it.")
    memory_limit_mb: int = Field(4096, ge=256, description="Memory (PSS, MiB) of one video's processes at which they are stopped.")
    sandbox: Literal["auto", "require", "off"] = Field(
        "auto", description="Confinement of renderers: what the system has (auto), nothing without network and files (require), or off."
    )
    renderer_file_max_bytes: int = Field(8 * GIB, ge=MIB, description="Largest file that a renderer may write, in bytes.")
    renderer_written_max_bytes: int = Field(
        16 * GIB, ge=MIB, description="Bytes that the renderer of one video may write in all before it is stopped."
    )
    renderer_max_processes: int = Field(512, ge=16, description="Processes and threads that the renderer of one video may have.")
    renderer_max_cpu_s: int = Field(21_600, ge=60, description="Seconds of processor that one process of a renderer may use.")
    undo_s: float = Field(30.0, ge=0, description="Seconds in which a deletion can be undone.")

    heartbeat_s: float = Field(15.0, gt=0, description="Seconds of silence after which a stream sends a heartbeat.")
    write_deadline_s: float = Field(20.0, gt=0, description="Seconds one write to a stream may take before it is cut.")
    peer_timeout_s: float = Field(45.0, ge=3, description="Seconds after which a stream whose client answers nothing any more is closed.")
    floor_s: float = Field(0.5, ge=0, description="Seconds between polls for commits whose notification was lost; 0 switches them off.")
    fast_fanout: bool = Field(True, description="Send new events to all waiting streams from one loop, straight to their sockets.")
    max_streams: int = Field(2000, ge=1, description="Streams open at once.")
    max_streams_per_client: int = Field(200, ge=1, description="Streams open at once from one address.")
    max_stream_age_s: float | None = Field(None, description="Seconds after which a stream is closed cleanly; none by default.")

    max_tasks_per_minute: int = Field(60, ge=1, description="Tasks one address may submit in a minute.")
    max_queued: int = Field(100, ge=1, description="Tasks that may wait at once.")
    kind_limits: str = Field(
        "",
        pattern="^([a-z][a-z0-9_-]*=[1-9][0-9]{0,5}(,[a-z][a-z0-9_-]*=[1-9][0-9]{0,5})*)?$",
        description="Tasks of a kind that may run at once, such as export=1,video=2; by default as the kind says.",
    )
    max_scenes: int = Field(2000, ge=1, description="Most scenes of a video.")
    max_minutes: float = Field(240.0, gt=0, description="Greatest length of a video, in minutes.")
    max_height: int = Field(2160, ge=240, multiple_of=2, description="Greatest height of a video, in pixels.")
    max_fps: int = Field(60, ge=24, description="Most frames a second.")
    max_formulas: int = Field(1000, ge=0, description="Most formulas of a script.")
    max_table_cells: int = Field(50_000, ge=0, description="Most cells of a script's tables, all together.")
    script_max_bytes: int = Field(MIB, ge=1, description="Largest script, in bytes.")
    upload_max_bytes: int = Field(100 * MIB, ge=1, description="Largest request body, in bytes.")
    max_upload_bytes_per_minute: int = Field(2 * GIB, ge=1, description="Bytes of files one address may upload in a minute.")
    upload_quota_bytes: int = Field(20 * GIB, ge=1, description="Bytes of uploaded files kept at once.")
    cache_max_bytes: int = Field(5 * GIB, ge=0, description="Size at which the cache gives up what was used longest ago, in bytes.")
    disk_free_min_bytes: int = Field(GIB, ge=0, description="Free space below which no video is started and no file is taken, in bytes.")
    retention_days: float | None = Field(None, description="Days after which finished tasks are pruned; none by default.")
    retention_count: int | None = Field(None, ge=1, description="Finished tasks kept; none by default.")

    files_url: str = Field(
        "",
        pattern=f"^({FILES_URL})?$",
        description="Where artifacts and assets are: s3://bucket/prefix; by default the data directory.",
    )
    files_redirect_s: float = Field(
        0.0,
        ge=0,
        le=604_800,
        description="Seconds for which a browser may load a video from the bucket itself; 0 sends it through the server.",
    )

    backup_dir: Path | None = Field(None, description="Directory in which `serve` makes backups by itself; none by default.")
    backup_every_hours: float = Field(24.0, gt=0, description="Hours between backups.")
    backup_keep: int = Field(7, ge=1, description="Backups kept; older ones are removed.")

    webhook_url: str = Field(
        "", pattern="^(https?://[!-~]+)?$", description="Address that is told of each task's end, signed; none by default."
    )

    assistant_url: str = Field(
        "",
        pattern="^(https?://[!-~]+)?$",
        description="Base address of the assistant's server, which speaks OpenAI's protocol: http://127.0.0.1:11434/v1; none by default.",
    )
    assistant_model: str = Field("", description="Model that the assistant asks for; none by default, and then there is no assistant.")
    assistant_key: SecretStr = Field(SecretStr(""), description="Key that is sent to the assistant's server; none by default.")
    assistant_timeout_s: float = Field(120.0, gt=0, description="Seconds after which an answer of the assistant is no longer waited for.")

    voice: str = Field("hibari", description="Voice of a script that names none.")
    piper_voices: Path | None = Field(
        None, description="Directory of the models of piper and the voices of kokoro; `voices` in the data directory by default."
    )
    theme: str = Field("slate", description="Theme of a script that names none.")
    language: str = Field(
        "en",
        pattern="^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,4}$",
        description="Language of a script that names none and is too short or too mixed to tell: a BCP 47 tag.",
    )

    @field_validator("webhook_url", "assistant_url")
    @classmethod
    def _is_an_address(cls, value: str) -> str:
        """Refuse an address that no delivery reaches. One with a password would stand in the reason why, which everybody may read."""
        try:
            parts = urlsplit(value)
            usable = not value or (bool(parts.hostname) and parts.port != 0 and "@" not in parts.netloc)
        except ValueError:
            usable = False
        if not usable:
            raise ValueError("has to be an address with a host, and without a name and a password")
        return value

    @property
    def assistant(self) -> Assistant:
        """Return the server that the assistant asks; it may be none."""
        from videogen.assistant import Assistant  # with an HTTP client, which most processes do not need

        return Assistant(self.assistant_url, self.assistant_model, self.assistant_key.get_secret_value(), self.assistant_timeout_s)

    @property
    def database(self) -> Path:
        return self.data / DATABASE_NAME

    @property
    def server(self) -> Server | None:
        """Where the database is, if not in the data directory."""
        return Server(self.database_url, self.database_listen_url) if self.database_url else None

    @property
    def piper_directory(self) -> Path:
        """Where the models of the voice piper are."""
        return (self.piper_voices or self.data / "voices").resolve()

    @property
    def themes_directory(self) -> Path:
        """Where themes of one's own are; it need not exist."""
        return (self.data / "themes").resolve()

    @property
    def limits(self) -> dict[str, Any]:
        """What confines a renderer: the fields of `sandbox.Limits`."""
        return {
            "mode": self.sandbox,
            "file_bytes": self.renderer_file_max_bytes,
            "processes": self.renderer_max_processes,
            "cpu_s": self.renderer_max_cpu_s,
            "memory_bytes": ADDRESS_SPACE * self.memory_limit_mb * MIB,
        }

    @property
    def limits_of_kinds(self) -> dict[str, int]:
        """How many tasks of a kind may run at once, by the kind's name."""
        return {name: int(limit) for name, _, limit in (one.partition("=") for one in self.kind_limits.split(",") if one)}

    @property
    def script_limits(self) -> dict[str, float]:
        """How large a video may be: the fields of `ScriptLimits`."""
        names = ("scenes", "minutes", "height", "fps", "formulas", "table_cells")
        return {name: getattr(self, f"max_{name}") for name in names}

    @property
    def rendering(self) -> dict[str, Any]:
        """Return the fields of a render request that are settings."""
        names = ("render_processes", "cache_max_bytes", "thumbnail_s", "voice", "theme", "language")
        return {name: getattr(self, name) for name in names} | {
            "piper": self.piper_directory,
            "themes": self.themes_directory,
            "limits": self.limits,
            "script_limits": self.script_limits,
        }


@cache
def settings() -> Settings:
    """Return the settings of this process, read from the environment once.

    Raises BadSetting, with a diagnostic for each invalid one.
    """
    try:
        return Settings()
    except ValidationError as error:
        prefix = Settings.model_config["env_prefix"]
        diagnostics = [Diagnostic(in_words(wrong), path=f"{prefix}{wrong['loc'][0]}".upper()) for wrong in error.errors()]
        what = (
            f"{diagnostics[0].path}: {diagnostics[0].message}." if len(diagnostics) == 1 else f"{len(diagnostics)} settings cannot be used."
        )
        raise BadSetting(what, diagnostics=diagnostics) from error
