"""The event log as live streams: subscriptions, their broadcaster, and notification between processes.

May import `models` and errors; knows no web framework. Keeps three promises: notifications carry no data, a resumed subscription misses
nothing, and every stream ends, resumes or resets explicitly.
"""
