"""Voices: text becomes sound. Whichever is loaded first, onnxruntime, which most of them run on, sends and keeps no telemetry."""

import os

from videogen.files.confine import NO_TELEMETRY

os.environ.update(NO_TELEMETRY)  # before any import of onnxruntime, and none comes from elsewhere
