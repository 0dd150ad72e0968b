"""Build the Flask application: store, broadcaster, listener, access checks, pages and API."""

from __future__ import annotations

import atexit
from datetime import timedelta
from functools import partial

from flask import Flask
from gevent import monkey
from werkzeug.middleware.proxy_fix import ProxyFix

from models.failed_login import LoginLimits
from models.migrate import migrate
from videogen import PROGRAM, ROOT, as_typed
from videogen.config import Settings
from videogen.config import settings as environment
from videogen.files import shared_secrets
from videogen.files.password_file import Password
from videogen.files.privacy import keep_private
from videogen.files.share_link import server_secret
from videogen.files.storage import open_storage
from videogen.kinds.registry import installed
from videogen.script.theme_names import use_theme_directory
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.listener import Listener, open_store
from videogen.voices import engines
from videogen.web import (
    about,
    api,
    artifacts,
    assistant_api,
    auth,
    brand_api,
    draft_api,
    embed,
    imports,
    language_api,
    login,
    metrics,
    pages,
    problems,
    schedule_api,
    sets,
    share_links,
    static,
    stream_routes,
    submission,
    theme_api,
    version_api,
    views,
)
from videogen.web.access_monitor import AccessMonitor
from videogen.web.fan_out import FastFanout
from videogen.web.file_access import bucket_origin
from videogen.web.hub_delay import HubDelay
from videogen.web.hub_throttle import HubThrottle
from videogen.web.login_failures import LoginFailures
from videogen.web.path_prefix import PathPrefix
from videogen.web.preview_service import PreviewService
from videogen.web.rate_limiter import RateLimiter
from videogen.web.readers import ReaderPool
from videogen.web.services import Services, attach
from videogen.web.upload_limits import UploadLimits

PARSER_BYTES = 128 * 1024
"""Werkzeug reads files in pieces of 64 KiB, which have to fit into the memory of a form."""


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application on the store that the settings name, which is created or migrated if necessary.

    Under gevent the process must have been patched before anything was imported: `python -m videogen.web.server` does that, and so
    does gunicorn's gevent worker.
    """
    settings = settings or environment()
    keep_private(settings.data)
    migrate(settings.data, settings.server)
    store = open_store(settings.data, open_storage(settings), settings.server)
    engines.use_piper_directory(settings.piper_directory)
    use_theme_directory(settings.themes_directory)
    installed()  # loads what other packages bring now, and not within a request
    app = Flask(__name__, root_path=str(ROOT), template_folder="templates", static_folder="static")
    shared_secrets.share(store)
    app.secret_key = server_secret(settings.data)
    app.config.update(
        MAX_CONTENT_LENGTH=settings.upload_max_bytes,
        MAX_FORM_MEMORY_SIZE=max(submission.JSON_GROWTH * settings.script_max_bytes, PARSER_BYTES),
        SESSION_COOKIE_NAME="videogen",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        PERMANENT_SESSION_LIFETIME=timedelta(days=settings.session_days),
        SESSION_REFRESH_EACH_REQUEST=False,
        SEND_FILE_MAX_AGE_DEFAULT=None,  # revalidate with the ETag: modules import each other without a version
    )
    app.session_interface = login.SessionCookie()
    app.wsgi_app = PathPrefix(app.wsgi_app, settings.prefix)  # type: ignore[method-assign]
    if settings.proxies:
        hops = settings.proxies
        prefix_hops = 0 if settings.prefix else hops
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops, x_prefix=prefix_hops)  # type: ignore[method-assign]
    app.jinja_env.policies["json.dumps_kwargs"] = {"sort_keys": True, "separators": (",", ":")}
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
    fanout = FastFanout(broadcaster) if settings.fast_fanout and monkey.is_module_patched("socket") else None
    password = Password(settings.data)
    services = Services(
        store=store,
        settings=settings,
        broadcaster=broadcaster,
        listener=listener,
        readers=ReaderPool(settings),
        previews=PreviewService(settings),
        submission_limiter=RateLimiter(settings.max_tasks_per_minute),
        upload_limits=UploadLimits(settings, store.files),
        login_limits=LoginLimits(),
        login_failures=LoginFailures(),
        password=password,
        access_monitor=AccessMonitor(broadcaster, partial(auth.valid_credentials, store, settings, password)).start(),
        fanout=fanout,
        hub_delay=HubDelay(),
        hub_throttle=HubThrottle(),
        bucket_origin=bucket_origin(store.files) if settings.files_redirect_s else "",
    )
    attach(app, services)
    atexit.register(listener.stop)
    auth.protect(app)
    problems.register(app)
    static.compress(app)
    for module in (
        api,
        imports,
        sets,
        artifacts,
        share_links,
        embed,
        about,
        schedule_api,
        theme_api,
        brand_api,
        draft_api,
        version_api,
        language_api,
        assistant_api,
        stream_routes,
        metrics,
        login,
        pages,
    ):
        app.register_blueprint(module.blueprint)
    return app
