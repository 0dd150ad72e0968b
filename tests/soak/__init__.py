"""A server that works for a long time: film after film while people watch, and nothing of it grows. `make soak`."""
