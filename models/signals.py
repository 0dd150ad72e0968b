"""The signal of new events. The log is the truth; the signal only says "read again from your cursor"."""

from blinker import signal

event_appended = signal(
    "event_appended",
    doc="Sent after the commit of one or more events. The sender is the id of their task, or None for an event of no task.",
)
