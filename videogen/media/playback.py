"""When a video in a scene plays. In a module of its own, which planning a script can import without what draws."""

PLAYS_FROM_S = 0.1
"""When a video in a scene begins to play: a scene's sound begins with a moment of silence, and what is seen and heard stays together."""
