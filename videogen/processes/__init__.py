"""The processes of a server: supervisor, worker, renderers, janitor, webhook.

May import `models`, `videogen.streams`, `videogen.pipeline` and what is below them. Keeps two invariants: web processes and workers
do no heavy work, which runs in renderers that can be killed; and no process outlives its owner.
"""
