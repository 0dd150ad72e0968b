"""Scenes encoded, cached and joined into a video. May import `scenes`, `voices`, `media`, `script` and errors."""
