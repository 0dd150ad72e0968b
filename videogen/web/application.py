"""The web application, put together: store, streams, listener, door, pages and API."""

from __future__ import annotations

import atexit
import secrets
from dataclasses import dataclass

from flask import Flask
from gevent import monkey
from werkzeug.middleware.proxy_fix import ProxyFix

from models.database import Store
from models.migrate import migrate
from videogen import PROGRAM, ROOT, as_typed
from videogen.config import Settings
from videogen.config import settings as environment
from videogen.files.password_file import Password
from videogen.files.secret_file import load_or_create
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.listener import Listener, open_store
from videogen.voices import registry
from videogen.web import (
    about,
    api,
    artifacts,
    auth,
    fan_out,
    hub_throttle,
    login,
    metrics,
    pages,
    preview_service,
    problems,
    readers,
    static,
    submission,
    views,
)
from videogen.web import stream_routes as stream_routes


@dataclass
class Videogen:
    """What the views share; `current_app.extensions["videogen"]`."""

    store: Store
    settings: Settings
    broadcaster: Broadcaster
    listener: Listener
    readers: readers.Readers
    studio: preview_service.Studio
    limiter: auth.Limiter
    logins: auth.Logins
    password: Password
    fanout: fan_out.FastFanout | None
    hub: metrics.HubDelay
    turns: hub_throttle.Turns

    def close(self) -> None:
        self.broadcaster.close()
        if self.fanout:
            self.fanout.stop()
        self.readers.close()
        self.studio.close()
        self.listener.stop()
        self.store.close()


def create_app(settings: Settings | None = None) -> Flask:
    """The application on the store that the settings name; it is made or migrated if need be.

    Under gevent the process must have been patched before anything was imported: `python -m videogen.web.server` does that, and so
    does gunicorn's gevent worker.
    """
    settings = settings or environment()
    migrate(settings.data)
    store = open_store(settings.data)
    registry.use_piper_directory(settings.piper_directory)
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    app.secret_key = load_or_create(settings.data / "secret", lambda: secrets.token_hex(32))
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_max_bytes,
        MAX_FORM_MEMORY_SIZE=submission.JSON_GROWTH * settings.script_max_bytes,
        SESSION_COOKIE_NAME="videogen",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=login.LASTING,
        SEND_FILE_MAX_AGE_DEFAULT=None,  # ask again with the ETag: modules import each other by name
    )
    app.session_interface = login.Cookie()
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    app.jinja_env.globals.update(program=PROGRAM, as_typed=as_typed)
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    broadcaster = Broadcaster(
        store,
        views.describe,
        heartbeat_s=settings.heartbeat_s,
        max_streams=settings.max_streams,
        max_streams_per_client=settings.max_streams_per_client,
        max_age_s=settings.max_stream_age_s,
        write_deadline_s=settings.write_deadline_s,
    )
    listener = Listener(store, changes=broadcaster.tail.changes, poll_interval_s=settings.floor_s).start()
    fanout = fan_out.FastFanout(broadcaster) if settings.fast_fanout and monkey.is_module_patched("socket") else None
    app.extensions["videogen"] = Videogen(
        store=store,
        settings=settings,
        broadcaster=broadcaster,
        listener=listener,
        readers=readers.Readers(settings),
        studio=preview_service.Studio(settings),
        limiter=auth.Limiter(settings.max_tasks_per_minute),
        logins=auth.Logins(auth.LOGINS_A_MINUTE),
        password=Password(settings.data),
        fanout=fanout,
        hub=metrics.HubDelay(),
        turns=hub_throttle.Turns(),
    )
    atexit.register(listener.stop)
    auth.guard(app)
    problems.handle(app)
    static.compress(app)
    for room in (api, artifacts, about, stream_routes, metrics, login, pages):
        app.register_blueprint(room.blueprint)
    return app
