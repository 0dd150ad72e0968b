"""The six stages that turn a script into a video.

May import `render`, `scenes`, `voices`, `media`, `script` and errors. Runs in renderers: it knows neither store nor settings.
"""
