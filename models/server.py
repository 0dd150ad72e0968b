"""Where the database is, if not in the data directory."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Server:
    """The URL of a database of PostgreSQL.

    `listen_url` leads to the same for connections that listen, if the other leads through a pooler.
    """

    url: str = field(repr=False)
    listen_url: str = field(default="", repr=False)

    @property
    def is_pooled(self) -> bool:
        """Whether `url` leads through a pooler, which may give each transaction another session."""
        return self.listen_url not in ("", self.url)
