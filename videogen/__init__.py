"""videogen: a script becomes a narrated video, and every step of the making is shown as it happens."""

__version__ = "0.1.0"
