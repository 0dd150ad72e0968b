"""Everything that the views share, made once per application and reached through `current_services()`."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, current_app

from models.database import Store
from models.failed_login import LoginLimits
from videogen.config import Settings
from videogen.files.password_file import Password
from videogen.streams.broadcaster import Broadcaster
from videogen.streams.listener import Listener
from videogen.web.access_monitor import AccessMonitor
from videogen.web.fan_out import FastFanout
from videogen.web.hub_delay import HubDelay
from videogen.web.hub_throttle import HubThrottle
from videogen.web.login_failures import LoginFailures
from videogen.web.preview_service import PreviewService
from videogen.web.rate_limiter import RateLimiter
from videogen.web.readers import ReaderPool
from videogen.web.upload_limits import UploadLimits

EXTENSION = "videogen"
"""The key in `app.extensions`."""


@dataclass
class Services:
    """The shared parts of one application."""

    store: Store
    settings: Settings
    broadcaster: Broadcaster
    listener: Listener
    readers: ReaderPool
    previews: PreviewService
    submission_limiter: RateLimiter
    upload_limits: UploadLimits
    login_limits: LoginLimits
    login_failures: LoginFailures
    password: Password
    access_monitor: AccessMonitor
    fanout: FastFanout | None
    hub_delay: HubDelay
    hub_throttle: HubThrottle
    bucket_origin: str = ""
    """Where browsers load videos from, if not from this server."""

    def close(self) -> None:
        self.access_monitor.stop()
        self.broadcaster.close()
        if self.fanout:
            self.fanout.stop()
        self.readers.close()
        self.previews.close()
        self.listener.stop()
        self.store.close()


def attach(app: Flask, services: Services) -> None:
    """Make these the services of an application."""
    app.extensions[EXTENSION] = services


def services_of(app: Flask) -> Services:
    """Return the services of an application."""
    services: Services = app.extensions[EXTENSION]
    return services


def current_services() -> Services:
    """Return the services of the application that answers the current request."""
    return services_of(current_app)
