"""The job store: tables and their verbs. The only room that speaks SQL."""

from models import artifact, event, signals, task, token, worker
from models.database import Store
from models.migrate import migrate

__all__ = ["Store", "artifact", "event", "migrate", "signals", "task", "token", "worker"]
